using System.Net;
using System.Text;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>What anybody sees in a zone.</summary>
internal static class PlainZone
{
    /// <summary>The TXT records of a name, in order.</summary>
    internal static async Task<string[]> TextsAsync(IPEndPoint server, string owner)
    {
        DnsMessage question = new() { Questions = [new DnsQuestion(owner, DnsType.Txt)], Edns = new Edns() };
        DnsExchangeResult result = await new DnsExchange(new SocketDnsWire(), TimeProvider.System).AskAsync(server, question, ExchangeSchedule.Host, _ => true, default);
        Assert.IsTrue(result.IsAnswered);
        return [.. result.Response.Answers.Select(record => TxtData.TryJoin(record.Data.Span, out byte[]? text) ? Encoding.ASCII.GetString(text) : "?").Order(StringComparer.Ordinal)];
    }
}
