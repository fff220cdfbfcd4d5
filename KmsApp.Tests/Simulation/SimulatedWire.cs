using System.Net;
using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>The network as one machine sees it.</summary>
/// <param name="network">The network.</param>
/// <param name="own">The machine's address.</param>
/// <param name="sent">Hears every packet that the machine sends and the endpoint to which it goes.</param>
/// <param name="heard">Hears every response that arrives.</param>
internal sealed class SimulatedWire(SimulatedNetwork network, IPAddress own, Action<byte[], IPEndPoint> sent, Action<byte[]> heard) : IDnsWire
{
    public IDnsConversation OpenUdp(IPEndPoint server) =>
        new SimulatedConversation(network, network.NewPort(own), server, packet => sent(packet, server), heard);

    public async Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        byte[] copy = packet.ToArray();
        sent(copy, server);
        byte[] response = await network.AskStreamAsync(network.NewPort(own), server, copy, cancellationToken).ConfigureAwait(false);
        heard(response);
        return response;
    }
}
