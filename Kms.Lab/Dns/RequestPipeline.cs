using System.Net;
using DnsServerCore.ApplicationCommon;
using Kms.Protocol;
using TechnitiumLibrary.Net.Dns;

namespace Kms.Lab;

/// <summary>
/// The host's order, read in its sources and measured: controllers, local zones, authoritative handlers only where no local
/// zone answered, REFUSED outside the zones, post-processors always except after a drop; then OPT is added or stripped. One
/// request object passes all of them. A hook that throws is logged and passed over.
/// </summary>
internal sealed class RequestPipeline(Zones zones, ServerLog log)
{
    private const ushort OwnUdpPayloadSize = Spec.UdpPayloadSize;

    /// <summary>The app, or null: a server without one.</summary>
    public HostedApp? App { get; set; }

    /// <summary>Takes a packet of 12 bytes at least.</summary>
    /// <returns>The response, or null: none is sent.</returns>
    public async Task<DnsMessage?> ProcessAsync(byte[] packet, IPEndPoint remote, DnsTransportProtocol protocol)
    {
        DnsDatagram request = Read(packet, out DnsMessage? message);
        switch (await AskControllerAsync(request, remote, protocol))
        {
            case DnsRequestControllerAction.DropSilently:
                return null;
            case DnsRequestControllerAction.DropWithRefused:
                return WithOpt(request, Reply(request, TechnitiumLibrary.Net.Dns.DnsResponseCode.Refused));
        }
        // None of these is shown to post-processors.
        if (message is null || message.Questions.Any(question => !IsValid(question.Name))) return WithOpt(request, Reply(request, TechnitiumLibrary.Net.Dns.DnsResponseCode.FormatError));
        if (request.IsSigned) return WithOpt(request, Reply(request, TechnitiumLibrary.Net.Dns.DnsResponseCode.NotAuth)); // there are no TSIG keys here
        if (request.EDNS is { Version: not 0 })
            return WireTranslation.ToMessage(Reply(request, TechnitiumLibrary.Net.Dns.DnsResponseCode.NoError)) with { ResponseCode = Protocol.DnsResponseCode.BadVers, Edns = new Edns() };
        if (request.IsResponse) return null;

        DnsDatagram response = await AnswerAsync(message, request, remote, protocol);
        DnsDatagram? processed = await PostProcessAsync(request, remote, protocol, response);
        return processed is null ? null : WithOpt(request, processed);
    }

    /// <summary>The server asked by its own app: the zones alone, RA=1, and no app sees it.</summary>
    public DnsDatagram Direct(DnsDatagram request)
    {
        DnsMessage query = WireTranslation.ToMessage(request);
        DnsMessage? answer = IsOrdinary(query) ? zones.Answer(query) : null;
        answer ??= WireTranslation.ToMessage(Reply(request, TechnitiumLibrary.Net.Dns.DnsResponseCode.Refused));
        return WireTranslation.ToDatagram(answer with { RecursionAvailable = true });
    }

    private static DnsDatagram Read(byte[] packet, out DnsMessage? message)
    {
        if (DnsMessage.TryRead(packet, out message, out DnsFault fault))
        {
            try
            {
                return WireTranslation.ToDatagram(message);
            }
            catch (EndOfStreamException e)
            {
                message = null;
                return Broken(packet, e);
            }
        }
        return Broken(packet, new FormatException(fault.ToString()));
    }

    /// <summary>What cannot be parsed: the header alone.</summary>
    private static DnsDatagram Broken(byte[] packet, Exception fault) => new(
        (ushort)((packet[0] << 8) | packet[1]), (packet[2] & 0x80) != 0, (TechnitiumLibrary.Net.Dns.DnsOpcode)((packet[2] >> 3) & 0xF), false, false,
        (packet[2] & 0x01) != 0, false, false, false, TechnitiumLibrary.Net.Dns.DnsResponseCode.NoError, [])
    {
        ParsingException = fault,
    };

    private async ValueTask<DnsRequestControllerAction> AskControllerAsync(DnsDatagram request, IPEndPoint remote, DnsTransportProtocol protocol)
    {
        try
        {
            return App?.Controller is { } controller ? await controller.GetRequestActionAsync(request, remote, protocol) : DnsRequestControllerAction.Allow;
        }
        catch (Exception e)
        {
            log.AddFault(e);
            return DnsRequestControllerAction.Allow;
        }
    }

    private async ValueTask<DnsDatagram> AnswerAsync(DnsMessage message, DnsDatagram request, IPEndPoint remote, DnsTransportProtocol protocol)
    {
        if (message.Opcode != Protocol.DnsOpcode.Query) return Reply(request, TechnitiumLibrary.Net.Dns.DnsResponseCode.NotImplemented);
        if (message.Questions.Count != 1) return Reply(request, TechnitiumLibrary.Net.Dns.DnsResponseCode.FormatError);
        if (IsOrdinary(message) && zones.Answer(message) is { } answer)
        {
            DnsDatagram local = WireTranslation.ToDatagram(answer);
            local.Tag = DnsServerResponseType.Authoritative;
            return local;
        }
        DnsDatagram? handled = IsOrdinary(message) ? await AskHandlerAsync(request, remote, protocol) : null;
        if (handled is not null) handled.Tag ??= DnsServerResponseType.Authoritative;
        return handled ?? Reply(request, TechnitiumLibrary.Net.Dns.DnsResponseCode.Refused); // there is no recursion here
    }

    private async ValueTask<DnsDatagram?> AskHandlerAsync(DnsDatagram request, IPEndPoint remote, DnsTransportProtocol protocol)
    {
        try
        {
            return App?.Handler is { } handler ? await handler.ProcessRequestAsync(request, remote, protocol, isRecursionAllowed: false) : null;
        }
        catch (Exception e)
        {
            log.AddFault(e);
            return null;
        }
    }

    private async ValueTask<DnsDatagram?> PostProcessAsync(DnsDatagram request, IPEndPoint remote, DnsTransportProtocol protocol, DnsDatagram response)
    {
        DnsDatagram? processed = response;
        try
        {
            if (App?.PostProcessor is { } processor) processed = await processor.PostProcessAsync(request, remote, protocol, response);
        }
        catch (Exception e)
        {
            log.AddFault(e);
        }
        // The host's statistics end for good over a tag of another type.
        if (processed?.Tag is not (null or DnsServerResponseType)) log.AddFault(new InvalidOperationException($"The tag of a response is of type {processed?.Tag?.GetType()}."));
        return processed;
    }

    private static bool IsOrdinary(DnsMessage message) => message is { Opcode: Protocol.DnsOpcode.Query, Questions: [{ Class: DnsClass.In }] };

    /// <summary>Letters, digits, <c>-</c>, <c>_</c>, <c>/</c>, or a lone <c>*</c> in a label: the host answers every other name with FORMERR.</summary>
    private static bool IsValid(string name) =>
        name == "." || name.Split('.').All(label => label == "*" || (label.Length > 0 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '/')));

    private static DnsDatagram Reply(DnsDatagram request, TechnitiumLibrary.Net.Dns.DnsResponseCode code) => new(
        request.Identifier, true, request.OPCODE, false, false, request.RecursionDesired, false, false, request.CheckingDisabled, code, request.Question);

    /// <summary>No OPT to who sent none; the server's own where the response has none.</summary>
    private static DnsMessage WithOpt(DnsDatagram request, DnsDatagram response)
    {
        DnsMessage message = WireTranslation.ToMessage(response);
        if (request.EDNS is null) return message with { Edns = null };
        return message.Edns is null ? message with { Edns = new Edns { UdpPayloadSize = OwnUdpPayloadSize, DnssecOk = request.DnssecOk } } : message;
    }
}
