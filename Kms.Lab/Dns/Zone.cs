using System.Net;
using System.Text;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>A zone of a <see cref="LabServer"/>, which may be changed while it is served. Safe for use from many threads at once.</summary>
internal sealed class Zone
{
    private const uint RecordTtl = 60;
    private const uint NegativeTtl = 5;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<DnsRecord>> _names = new(StringComparer.OrdinalIgnoreCase);

    // How many names there are below each: a name without records exists while there is one.
    private readonly Dictionary<string, int> _below = new(StringComparer.OrdinalIgnoreCase);
    private uint _serial = 1;

    public Zone(string apex)
    {
        Apex = apex;
        _names[apex] = [];
    }

    /// <summary>The name at its top.</summary>
    public string Apex { get; }

    /// <summary>How often it was changed; the serial of its SOA.</summary>
    public uint Serial
    {
        get { lock (_gate) return _serial; }
    }

    /// <summary>The start of authority, which stands beside a "no such record".</summary>
    public DnsRecord Soa => new(
        Apex, DnsType.Soa, DnsClass.In, NegativeTtl,
        DnsRdata.Soa("ns." + Apex, "hostmaster." + Apex, Serial, refresh: 3600, retry: 600, expire: 86400, minimum: NegativeTtl));

    /// <summary>Adds an address.</summary>
    public Zone AddA(string name, string address) => Add(name, DnsType.A, DnsRdata.A(IPAddress.Parse(address)));

    /// <summary>Adds a mail exchange.</summary>
    public Zone AddMx(string name, ushort preference, string exchange) => Add(name, DnsType.Mx, DnsRdata.Mx(preference, exchange));

    /// <summary>Adds a text.</summary>
    public Zone AddTxt(string name, string text) => Add(name, DnsType.Txt, DnsRdata.Txt(Encoding.ASCII.GetBytes(text)));

    /// <summary>Publishes a host's key at <c>_kms.&lt;host&gt;</c>, in place of those with the same use.</summary>
    public void Publish(KeyRecord record)
    {
        string owner = KeyRecord.OwnerOf(record.Name);
        lock (_gate)
        {
            Withdraw(record.Name, record.Use);
            Add(owner, DnsType.Txt, DnsRdata.Txt(MessageText.Of(record).Text.Span));
        }
    }

    /// <summary>Takes the keys of a host for a use out of the zone.</summary>
    public void Withdraw(DomainName host, Use use)
    {
        lock (_gate)
        {
            if (!_names.TryGetValue(KeyRecord.OwnerOf(host), out List<DnsRecord>? records)) return;
            if (records.RemoveAll(record => IsKey(record, use)) > 0) _serial++;
            if (records.Count > 0) return;
            _names.Remove(KeyRecord.OwnerOf(host));
            CountAbove(KeyRecord.OwnerOf(host), -1);
        }
    }

    /// <summary>What the zone says to a question about a name that it holds.</summary>
    /// <param name="question">The question, of class IN.</param>
    /// <returns>The records, with the question's spelling of their owner; null where the name does not exist.</returns>
    public IReadOnlyList<DnsRecord>? Find(DnsQuestion question)
    {
        lock (_gate)
        {
            if (DnsName.Same(question.Name, Apex) && question.Type == DnsType.Soa) return [Soa with { Name = question.Name }];
            if (_names.TryGetValue(question.Name, out List<DnsRecord>? records))
                return [.. records.Where(record => question.Type == DnsType.Any || record.Type == question.Type).Select(record => record with { Name = question.Name })];
            return _below.GetValueOrDefault(question.Name) > 0 ? [] : null;
        }
    }

    /// <summary>Whether a name is this zone's apex or below it.</summary>
    public bool Holds(string name) => DnsName.Same(name, Apex) || IsBelow(name, Apex);

    private static bool IsBelow(string name, string above) =>
        name.Length > above.Length && name[name.Length - above.Length - 1] == '.' && name.EndsWith(above, StringComparison.OrdinalIgnoreCase);

    private static bool IsKey(DnsRecord record, Use use) =>
        record.Type == DnsType.Txt && TxtData.TryJoin(record.Data.Span, out byte[]? text)
        && MessageText.TryParse(text, out MessageText? message, out _) && message.Message is KeyRecord key && key.Use == use;

    private Zone Add(string name, DnsType type, byte[] data)
    {
        if (!Holds(name)) throw new ArgumentException($"{name} is not in the zone {Apex}.", nameof(name));
        lock (_gate)
        {
            if (!_names.TryGetValue(name, out List<DnsRecord>? records))
            {
                _names[name] = records = [];
                CountAbove(name, 1);
            }
            records.Add(new DnsRecord(name, type, DnsClass.In, RecordTtl, data));
            _serial++;
        }
        return this;
    }

    private void CountAbove(string name, int change)
    {
        for (int dot = name.IndexOf('.'); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            string above = name[(dot + 1)..];
            int count = _below.GetValueOrDefault(above) + change;
            if (count > 0) _below[above] = count;
            else _below.Remove(above);
        }
    }
}
