using System.Globalization;
using System.Text;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>Ordinary DNS is left as it is: the server with the app answers byte by byte as the same server without it.</summary>
internal static class OrdinaryChecks
{
    private const string Group = "Ordinary DNS";
    private const string Same = "the same bytes as without the app, over UDP and TCP";

    public static IEnumerable<LabCheck> For(HierarchyPlan plan)
    {
        string domain = plan.OfA.Domain.Value;
        yield return Check("a", "of type A", "2 records", new("www." + domain, DnsType.A), Variations);
        yield return Check("mx", "of type MX", "1 record", new(domain, DnsType.Mx), Variations);
        yield return Check("txt", "of type TXT", "1 record", new(domain, DnsType.Txt), Variations);
        yield return Check("txt-key", "of type TXT, for the record that publishes A's key", "1 record", new("_kms." + plan.HostA, DnsType.Txt), Variations);
        yield return Check("txt-long", "of type TXT, for a record that is too long for UDP", "1 record", new("long." + domain, DnsType.Txt), Variations);
        yield return Check("a-additional", "of type A, with additional records", "2 records", new("www." + domain, DnsType.A), WithAdditionals);
        yield return Check("mx-additional", "of type MX, with additional records", "1 record", new(domain, DnsType.Mx), WithAdditionals);
        yield return Check("txt-additional", "of type TXT, with additional records, almost a message among them", "1 record", new(domain, DnsType.Txt), WithAdditionals);
        yield return Check("nothing", "for names and types that are not there", "no records", new("nobody." + domain, DnsType.A),
            query => [.. Variations(query), .. Variations(query with { Questions = [new("www." + domain, DnsType.Txt)] }), .. Variations(query with { Questions = [new("www.yy", DnsType.A)] })]);
        yield return new("control", Group, "an inquiry to the server without the app, and to the one with it",
            "without: REFUSED; with: answer and attestation", ControlAsync);
        yield return new("exceptions", Group, "the logs of all servers, after everything above", "no exception", h =>
            Task.FromResult(new Observation(h.Nodes.Sum(node => node.Server.Log.Faults) is 0
                ? "no exception"
                : string.Join(" | ", h.Nodes.SelectMany(node => node.Server.Log.Lines).Where(line => line.Contains("Exception", StringComparison.Ordinal))))));
    }

    private static LabCheck Check(string id, string title, string records, DnsQuestion question, Func<DnsMessage, IEnumerable<DnsMessage>> vary) =>
        new(id, Group, $"queries {title}", $"{Same}; {records}", hierarchy => CompareAsync(hierarchy, [.. vary(new DnsMessage { Questions = [question] })]));

    /// <summary>With and without OPT, DO, RD, letter case, and a payload size that forces truncation.</summary>
    private static IEnumerable<DnsMessage> Variations(DnsMessage query) =>
    [
        query,
        query with { Edns = new Edns() },
        query with { Edns = new Edns { DnssecOk = true, UdpPayloadSize = 512, Options = [new EdnsOption(10, new byte[8])] } },
        query with { RecursionDesired = true, CheckingDisabled = true },
        query with { Questions = [query.Questions[0] with { Name = query.Questions[0].Name.ToUpperInvariant() }] },
    ];

    private static IEnumerable<DnsMessage> WithAdditionals(DnsMessage query)
    {
        string name = query.Questions[0].Name;
        DnsRecord[] records =
        [
            new(name, DnsType.A, DnsClass.In, 0, DnsRdata.A(new System.Net.IPAddress([192, 0, 2, 9]))),
            Text(name, "an ordinary text"),
            Text(name, "v=KMS2; t=inquiry; name=" + name),
            Text(name, "v=KMS1;t=inquiry; name=" + name),
            Text(name, "V=KMS1; T=INQUIRY; NAME=" + name),
            Text(name, " v=KMS1; t=inquiry; name=" + name),
            Text(name, new string('y', 700)),
            new(name, (DnsType)65280, DnsClass.In, 0, "v=KMS1; t=inquiry"u8.ToArray()),
        ];
        foreach (DnsRecord record in records)
        {
            yield return query with { Additionals = [record] };
            yield return query with { Additionals = [record], Edns = new Edns() };
        }
        yield return query with { Additionals = records };
    }

    private static DnsRecord Text(string name, string text) => new(name, DnsType.Txt, DnsClass.In, 0, DnsRdata.Txt(Encoding.ASCII.GetBytes(text)));

    private static async Task<Observation> CompareAsync(Hierarchy hierarchy, IReadOnlyList<DnsMessage> queries)
    {
        List<string> faults = [];
        SortedSet<int> records = [];
        using Probe with = new(hierarchy.KmsOfA.Endpoint), without = new(hierarchy.Plain.Endpoint);
        for (int i = 0; i < queries.Count; i++)
        {
            DnsMessage query = queries[i] with { Id = (ushort)(0x1000 + i) };
            Compare(string.Create(CultureInfo.InvariantCulture, $"number {i + 1} over UDP"), await with.AskAsync(query), await without.AskAsync(query));
            ProbeResponse? overTcp = await with.AskTcpAsync(query);
            Compare(string.Create(CultureInfo.InvariantCulture, $"number {i + 1} over TCP"), overTcp, await without.AskTcpAsync(query));
            records.Add(overTcp?.Message.Answers.Count ?? -1);
        }
        string came = faults.Count == 0 ? Same : string.Join(", ", faults);
        string counted = records switch
        {
            { Count: 1, Min: 0 } => "no records",
            { Count: 1, Min: 1 } => "1 record",
            { Count: 1, Min: > 1 } => string.Create(CultureInfo.InvariantCulture, $"{records.Min} records"),
            _ => $"different numbers of records: {string.Join(", ", records)}",
        };
        return new($"{came}; {counted}", string.Create(CultureInfo.InvariantCulture, $"{queries.Count} queries"));

        void Compare(string which, ProbeResponse? one, ProbeResponse? other)
        {
            if (one is null || other is null) faults.Add($"{which}: {Trial.KindOf(one)} with, {Trial.KindOf(other)} without");
            else if (!one.Bytes.AsSpan().SequenceEqual(other.Bytes)) faults.Add($"{which}: other bytes");
        }
    }

    /// <summary>That the comparison can see a difference at all.</summary>
    private static async Task<Observation> ControlAsync(Hierarchy hierarchy)
    {
        DnsMessage inquiry = Forge.Packet(hierarchy.A.Seal(Forge.Inquiry(hierarchy), hierarchy.KmsOfA, hierarchy.Authentication));
        using Probe with = new(hierarchy.KmsOfA.Endpoint), without = new(hierarchy.Plain.Endpoint);
        return new($"without: {Trial.KindOf(await without.AskAsync(inquiry))}; with: {Trial.KindOf(await with.AskAsync(inquiry))}");
    }
}
