using System.Net;
using DnsServerCore.ApplicationCommon;
using Kms.Server;
using TechnitiumLibrary.Net.Dns;

namespace KmsApp;

/// <summary>What is in force from one configuration to the next: the host, and the key server where it can work.</summary>
/// <param name="dnsServer">The host.</param>
/// <param name="node">The key server; null: enabled, but idle.</param>
/// <param name="log">The log.</param>
internal sealed class Standing(IDnsServer dnsServer, KmsNode? node, ServerLog log)
{
    private static readonly Task<DnsRequestControllerAction> Allow = Task.FromResult(DnsRequestControllerAction.Allow);
    private static readonly Task<DnsRequestControllerAction> Drop = Task.FromResult(DnsRequestControllerAction.DropSilently);

    private readonly SharedData _shared = new();

    /// <summary>What becomes of a request. An ordinary one goes on, at no cost.</summary>
    public Task<DnsRequestControllerAction> Control(DnsDatagram request, IPEndPoint source, DnsTransportProtocol protocol)
    {
        // The host answers what it could not read, and drops responses.
        if (request.IsResponse || request.ParsingException is not null || KmsHead.Find(request) is not { } records) return Allow;
        Carrier carrier = CarrierOf(protocol);
        if (!KmsHead.IsFormOfRequest(request))
        {
            node?.Journal.Record(new JournalEvent(JournalEventKind.Abandoned, default, default, Plain(source), Abandoned: AbandonReason.Malformed, Carrier: carrier));
            return Drop;
        }
        if (node is null)
        {
            request.Tag = KmsRequest.NotReady(request, dnsServer.UdpPayloadSize);
            return Allow;
        }
        bool isStream = carrier != Carrier.Udp;
        ValueTask<Admission?> admission = node.Server.ReceiveAsync(new RequestPacket(request.Question[0].Name, records, Plain(source), isStream) { Carrier = carrier });
        if (!admission.IsCompletedSuccessfully) return AwaitAsync(request, admission, isStream);
        return admission.Result is { } admitted ? Admit(request, admitted.Response, isStream) : Drop;
    }

    /// <summary>Lets a request go on to a response of its own, whatever went wrong.</summary>
    public Task<DnsRequestControllerAction> Fail(DnsDatagram request, DnsTransportProtocol protocol, Exception fault)
    {
        log.Write(fault);
        return Admit(request, Task.FromResult(Response.Fault), CarrierOf(protocol) != Carrier.Udp);
    }

    private static Carrier CarrierOf(DnsTransportProtocol protocol) => protocol switch
    {
        DnsTransportProtocol.Udp or DnsTransportProtocol.UdpProxy => Carrier.Udp,
        DnsTransportProtocol.Tls => Carrier.Tls,
        DnsTransportProtocol.Https or DnsTransportProtocol.HttpsJson => Carrier.Https,
        DnsTransportProtocol.Quic => Carrier.Quic,
        _ => Carrier.Tcp,
    };

    private static IPEndPoint Plain(IPEndPoint source) => source.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(source.Address.MapToIPv4(), source.Port) : source;

    private async Task<DnsRequestControllerAction> AwaitAsync(DnsDatagram request, ValueTask<Admission?> admission, bool isStream) =>
        await admission.ConfigureAwait(false) is { } admitted ? await Admit(request, admitted.Response, isStream).ConfigureAwait(false) : DnsRequestControllerAction.DropSilently;

    private Task<DnsRequestControllerAction> Admit(DnsDatagram request, Task<Response> response, bool isStream)
    {
        request.Tag = KmsRequest.Admitted(request, response, isStream, dnsServer.UdpPayloadSize, _shared, log, node?.Stopping ?? default);
        return Allow;
    }
}
