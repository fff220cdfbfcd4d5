using System.Globalization;
using BenchmarkDotNet.Attributes;
using Kms.Protocol;
using Kms.Server;

namespace Kms.Benchmarks;

/// <summary>Looking a key up, in tables of growing size.</summary>
public class KeyTables
{
    private const int Asked = 4096;

    private KeyTable _table = new(SilentJournal.Instance, TimeProvider.System);
    private KeyQuestion[] _questions = [];

    [Params(1_000, 10_000, 100_000)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        (_table, _questions) = Make(Entries);
        Random order = new(1);
        _questions = [.. Enumerable.Range(0, Asked).Select(_ => _questions[order.Next(Entries)])];
    }

    [Benchmark(OperationsPerInvoke = Asked)]
    public int Find() => _questions.Count(question => _table.Find(question) is not null);

    /// <summary>What an entry takes of memory, everything it refers to alone included.</summary>
    public static void PrintBytesForEntry()
    {
        const int Entries = 20_000;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        (KeyTable table, KeyQuestion[] questions) = Make(Entries);
        questions = [];
        long bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Entries;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A key table of {table.Count:N0} P-256 keys takes {bytes} bytes for each."));
        GC.KeepAlive(table);
        GC.KeepAlive(questions);
    }

    private static (KeyTable Table, KeyQuestion[] Questions) Make(int entries)
    {
        using SigningKey key = KeyImporter.Generate();
        KeyTable table = new(SilentJournal.Instance, TimeProvider.System);
        KeyQuestion[] questions = new KeyQuestion[entries];
        DomainName kms = DomainName.Parse("kms00.xx");
        DateTimeOffset now = UnixTime.Floor(TimeProvider.System.GetUtcNow());
        byte[] info = key.PublicKey.Info.ToArray();
        for (int i = 0; i < entries; i++)
        {
            // Another key for each: the last bytes of the point differ, and nobody looks whether it is on the curve.
            BitConverter.TryWriteBytes(info.AsSpan(info.Length - sizeof(int)), i);
            if (!PublicKey.TryRead(info, out PublicKey? published)) throw new InvalidOperationException("a key of the same shape");
            Attestation attestation = new(DomainName.Parse($"host-{i}.c.a.xx"), default, published, kms, now, now.AddHours(1));
            if (!MessageText.TrySign(attestation, key, out MessageText? text)) throw new InvalidOperationException("an attestation is short");
            table.Keep(new KeyTableEntry(text, key.PublicKey), entries);
            questions[i] = attestation.Question;
        }
        return (table, questions);
    }
}
