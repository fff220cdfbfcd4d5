using DnsServerCore.ApplicationCommon;
using Kms.Protocol;
using Kms.Server;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace KmsApp;

/// <summary>The host server's own zones, asked without recursion (docs/PROTOCOL.md section 7, "Keys of hosts").</summary>
internal sealed class ZoneKeySource(IDnsServer dnsServer) : IHostKeySource
{
    private const string Label = "_kms.";
    private const int TimeoutMilliseconds = 2_000;

    /// <inheritdoc/>
    public async Task<ZoneAnswer> ReadAsync(DomainName host, CancellationToken cancellation)
    {
        string owner = Label + host.Value;
        if (owner.Length > Spec.MaximumNameLength) return new ZoneAnswer([]); // no zone can have it
        try
        {
            DnsDatagram request = new(
                0, isResponse: false, DnsOpcode.StandardQuery, authoritativeAnswer: false, truncation: false, recursionDesired: false, recursionAvailable: false,
                authenticData: false, checkingDisabled: false, DnsResponseCode.NoError, [new DnsQuestionRecord(owner, DnsResourceRecordType.TXT, DnsClass.IN)]);
            return Judge(owner, await dnsServer.DirectQueryAsync(request, TimeoutMilliseconds, cancellation).ConfigureAwait(false));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return ZoneAnswer.NotKnown;
        }
    }

    /// <summary>Only what stands at the very name counts: the host follows aliases, and what they lead to is somebody else's.</summary>
    private static ZoneAnswer Judge(string owner, DnsDatagram? response)
    {
        if (response is not { AuthoritativeAnswer: true, Truncation: false } || response.RCODE is not (DnsResponseCode.NoError or DnsResponseCode.NxDomain)) return ZoneAnswer.NotKnown;
        List<ReadOnlyMemory<byte>> texts = [];
        foreach (DnsResourceRecord record in response.Answer)
        {
            if (texts.Count == Spec.MaximumTextsOfHost) break;
            if (DnsName.Same(record.Name, owner) && TxtRecord.TryRead(record, [], out byte[]? text)) texts.Add(text);
        }
        return new ZoneAnswer(texts);
    }
}
