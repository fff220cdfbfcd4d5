using Kms.Server;
using TechnitiumLibrary.Net.Dns;

namespace KmsApp;

/// <summary>
/// A KMS1 request on its way through the host, carried in its Tag: with TSIG the handler gets another object, with this Tag
/// copied. It comes to its response by itself, whether or not a later hook asks for it.
/// </summary>
internal sealed class KmsRequest
{
    private readonly DnsDatagram _request;
    private readonly ushort _udpPayloadSize;

    private KmsRequest(DnsDatagram request, ushort udpPayloadSize, Task<DnsDatagram?> response)
    {
        _request = request;
        _udpPayloadSize = udpPayloadSize;
        Response = response;
    }

    /// <summary>The response that leaves; null: none. Never fails.</summary>
    public Task<DnsDatagram?> Response { get; }

    /// <summary>A request that the key server works on.</summary>
    public static KmsRequest Admitted(
        DnsDatagram request, Task<Response> response, bool isStream, ushort udpPayloadSize, SharedData shared, ServerLog log, CancellationToken stopping) =>
        new(request, udpPayloadSize, AnswerAsync(request, response, isStream, udpPayloadSize, shared, log, stopping));

    /// <summary>A request to a KMS that cannot work.</summary>
    public static KmsRequest NotReady(DnsDatagram request, ushort udpPayloadSize) =>
        new(request, udpPayloadSize, Task.FromResult<DnsDatagram?>(ResponseWriter.NotReady(request, udpPayloadSize)));

    /// <summary>The response for the host's authoritative handler. One that is to be dropped later is refused here, so that the host does not recurse.</summary>
    public async Task<DnsDatagram?> HandleAsync() => await Response.ConfigureAwait(false) ?? ResponseWriter.Refused(_request, _udpPayloadSize);

    private static async Task<DnsDatagram?> AnswerAsync(
        DnsDatagram request, Task<Response> response, bool isStream, ushort udpPayloadSize, SharedData shared, ServerLog log, CancellationToken stopping)
    {
        try
        {
            return ResponseWriter.Write(request, await response.WaitAsync(stopping).ConfigureAwait(false), isStream, udpPayloadSize, shared);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!stopping.IsCancellationRequested) log.Write(e);
            return ResponseWriter.Write(request, Kms.Server.Response.Fault, isStream, udpPayloadSize, shared);
        }
    }
}
