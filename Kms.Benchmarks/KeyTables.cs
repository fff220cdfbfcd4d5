using System.Globalization;
using System.Text;
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

    /// <summary>A table with so many keys, and the question for each.</summary>
    internal static (KeyTable Table, KeyQuestion[] Questions) Make(int entries)
    {
        using SigningKey key = KeyImporter.Generate();
        KeyTable table = new(SilentJournal.Instance, TimeProvider.System);
        KeyQuestion[] questions = new KeyQuestion[entries];
        DomainName kms = DomainName.Parse("kms00.xx");
        DateTimeOffset now = UnixTime.Floor(TimeProvider.System.GetUtcNow());
        byte[] info = key.PublicKey.Info.ToArray();
        string? seal = null;
        for (int i = 0; i < entries; i++)
        {
            // Another key for each: the last bytes of the point differ, and nobody looks whether it is on the curve.
            BitConverter.TryWriteBytes(info.AsSpan(info.Length - sizeof(int)), i);
            if (!PublicKey.TryRead(info, out PublicKey? published)) throw new InvalidOperationException("a key of the same shape");
            DomainName host = DomainName.Parse($"host-{i}.c.a.xx");

            // One signature for all: a table does not check it.
            seal ??= Signed(new Attestation(host, default, published, kms, now, now.AddHours(1)), key);
            string text = string.Create(
                CultureInfo.InvariantCulture,
                $"v=KMS1; t=attestation; name={host}; key={published}; kms={kms}; at={now.ToUnixTimeSeconds()}; exp={now.AddHours(1).ToUnixTimeSeconds()}{seal}");
            if (!MessageText.TryParse(Encoding.ASCII.GetBytes(text), out MessageText? attestation, out _)) throw new InvalidOperationException("an attestation");
            table.Keep(new KeyTableEntry(attestation, key.PublicKey), entries);
            questions[i] = ((Attestation)attestation.Message).Question;
        }
        return (table, questions);
    }

    private static string Signed(Attestation attestation, SigningKey key)
    {
        if (!MessageText.TrySign(attestation, key, out MessageText? text)) throw new InvalidOperationException("an attestation is short");
        return text.ToString()[text.Covered.Length..];
    }
}
