using System.Text;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

[TestClass]
[DoNotParallelize] // it measures memory
public sealed class KeyTableTests
{
    private static readonly byte[] Point = KeyImporter.Generate().PublicKey.Info.ToArray();
    private static readonly PublicKey Anchor = KeyImporter.Generate().PublicKey;

    private readonly VirtualTime _time = new();
    private readonly JournalCount _journal = new();

    [TestMethod]
    public void Keep_OverItsBound_LosesWhatEndsFirst_AndTells()
    {
        KeyTable table = new(_journal, _time);
        for (int i = 0; i < 4; i++) table.Keep(Entry(i, secondsOfLife: 100 + ((i * 7) % 4)), capacity: 3); // lives 100, 103, 102, 101

        Assert.AreEqual(3, table.Count);
        Assert.IsNull(table.Find(Question(0)));
        Assert.IsNotNull(table.Find(Question(3)));
        Assert.AreEqual(nameof(Limits.KeyTableEntries), _journal.Events.Single().Limit);
        table.Keep(Entry(1, secondsOfLife: 500), capacity: 3); // replaced, not added
        Assert.AreEqual(3, table.Count);
        Assert.HasCount(1, _journal.Events);
    }

    [TestMethod]
    public void Find_IsExactAtTheEnd_AndKeepForgetsWhatHasEnded()
    {
        KeyTable table = new(_journal, _time);
        table.Keep(Entry(1, secondsOfLife: 60), 10);
        _time.Advance(TimeSpan.FromSeconds(59.9));
        Assert.IsNotNull(table.Find(Question(1)));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.IsNull(table.Find(Question(1)));
        table.Keep(Entry(2, secondsOfLife: 120), 10);
        Assert.AreEqual(1, table.Count);
    }

    [TestMethod]
    public void Keep_OfAnOlderAttestation_LeavesTheNewer()
    {
        KeyTable table = new(_journal, _time);
        KeyTableEntry newer = Entry(1, 100, at: 10), older = Entry(1, 100, at: 9);

        Assert.AreSame(newer, table.Keep(newer, 10));
        Assert.AreSame(newer, table.Keep(older, 10));
        Assert.AreSame(newer, table.Find(Question(1)));
    }

    [TestMethod]
    [DataRow(74, false)]
    [DataRow(75, true)]
    [DataRow(100, true)]
    public void IsDueAt_InTheLastQuarterOfTheLife(int secondsLater, bool expected) =>
        Assert.AreEqual(expected, Entry(1, secondsOfLife: 100).IsDueAt(_time.GetUtcNow() + TimeSpan.FromSeconds(secondsLater)));

    [TestMethod]
    public void TryClaimRenewal_IsForOneCallerInAMinute_WhicheverWayTheClockGoes()
    {
        KeyTableEntry entry = Entry(1, 1000);
        DateTimeOffset now = _time.GetUtcNow();

        Assert.IsTrue(entry.TryClaimRenewal(now));
        Assert.IsFalse(entry.TryClaimRenewal(now));
        Assert.IsFalse(entry.TryClaimRenewal(now + Spec.RenewalInterval - TimeSpan.FromTicks(1)));
        Assert.IsFalse(entry.TryClaimRenewal(now - TimeSpan.FromSeconds(59)));
        Assert.IsTrue(entry.TryClaimRenewal(now + Spec.RenewalInterval));
        Assert.IsTrue(entry.TryClaimRenewal(now - TimeSpan.FromHours(1)), "the clock was set back");
    }

    [TestMethod]
    [DataRow(0, true)]
    [DataRow(1, true)]
    [DataRow(80, false)]
    public void Keep_OfAnAttestationThatIsDueItself_DoesNotBeginTheTriesAnew(int at, bool expected)
    {
        KeyTable table = new(_journal, _time);
        table.Keep(Entry(1, 100), 10);
        _time.Advance(TimeSpan.FromSeconds(80));
        Assert.IsTrue(table.Find(Question(1))!.TryClaimRenewal(_time.GetUtcNow()));

        KeyTableEntry kept = table.Keep(Entry(1, at == 80 ? 180 : 100, at), 10);

        Assert.AreEqual(!expected, kept.TryClaimRenewal(_time.GetUtcNow()));
    }

    [TestMethod]
    public void Keep_OfThousandsOfReplacements_StaysWithinTwiceItsBound()
    {
        KeyTable table = new(_journal, _time);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 20_000; i++) table.Keep(Entry(i % 10, 1000 + i), capacity: 10);

        Assert.AreEqual(10, table.Count);
        Assert.IsLessThan(1_000_000, GC.GetTotalMemory(forceFullCollection: true) - before);
        GC.KeepAlive(table);
    }

    [TestMethod]
    public void Keep_FromManyThreads_HoldsItsBoundAndItsEntries()
    {
        KeyTable table = new(_journal, _time);
        Parallel.For(0, 8, thread =>
        {
            Random random = new(thread);
            for (int i = 0; i < 4_000; i++)
            {
                int number = random.Next(200);
                KeyTableEntry entry = Entry(number, 100 + random.Next(100), at: random.Next(100));
                KeyTableEntry kept = table.Keep(entry, capacity: 100);
                if (kept.Attestation.At < entry.Attestation.At || kept.Attestation.Question != Question(number)) throw new InvalidOperationException("an older entry was kept");
                if (table.Count > 100) throw new InvalidOperationException("over the bound");
                if (table.Find(Question(random.Next(200))) is { } found && found.Attestation.Expires <= _time.GetUtcNow()) throw new InvalidOperationException("expired");
            }
        });
        Assert.AreEqual(100, table.Count);
    }

    [TestMethod]
    public void Entry_OfAP256Key_TakesLessThanAKilobyte()
    {
        const int entries = 20_000;
        KeyTable table = new(_journal, _time);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < entries; i++) table.Keep(Entry(i, 3600), entries);
        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / entries;

        Console.WriteLine($"{each} bytes an entry");
        Assert.AreEqual(entries, table.Count);
        Assert.IsLessThan(1024, each);
        Assert.IsGreaterThan(300, each);
    }

    private static KeyQuestion Question(int number) => new(DomainName.Parse($"host-{number}.c.a.xx"), default, DomainName.Parse("kms00.xx"));

    private static KeyTableEntry Entry(int number, int secondsOfLife, int at = 0)
    {
        byte[] info = [.. Point];
        BitConverter.TryWriteBytes(info.AsSpan(40), number);
        string text = $"v=KMS1; t=attestation; name=host-{number}.c.a.xx; key={Convert.ToBase64String(info)}; kms=kms00.xx; at={1_790_000_000 + at}; exp={1_790_000_000 + secondsOfLife}; sig={Convert.ToBase64String(new byte[64])}";
        return MessageText.TryParse(Encoding.ASCII.GetBytes(text), out MessageText? message, out MessageFault fault) ? new KeyTableEntry(message, Anchor) : throw new FormatException(fault.ToString());
    }
}
