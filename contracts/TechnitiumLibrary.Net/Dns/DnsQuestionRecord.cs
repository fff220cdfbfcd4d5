using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace TechnitiumLibrary.Net.Dns;

/// <summary>A question.</summary>
public class DnsQuestionRecord
{
    /// <summary>A question with its parts; throws <see cref="DnsClientException"/> for a bad name.</summary>
    public DnsQuestionRecord(string name, DnsResourceRecordType type, DnsClass @class, bool validateName = true)
    {
        Name = validateName ? DomainName.Check(name) : name;
        Type = type;
        Class = @class;
    }

    /// <summary>The name, in the letter case it came in, without a trailing dot.</summary>
    public string Name { get; }

    /// <summary>The type asked for.</summary>
    public DnsResourceRecordType Type { get; }

    /// <summary>The class asked for.</summary>
    public DnsClass Class { get; }
}
