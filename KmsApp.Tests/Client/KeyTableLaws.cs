using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>What holds for every key table; the classes of the tables run it over their own.</summary>
public abstract class KeyTableLaws
{
    private protected abstract IKeyTable NewTable(int maximumRows = Limits.TableRows);

    private protected abstract int CountOf(IKeyTable table);

    private protected static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);
    private protected static readonly PublicKey Old = ClientWorld.HostB.PublicKey;
    private protected static readonly PublicKey New = ClientWorld.NewKeyOfB;

    [TestMethod]
    public void TryFind_UntilItExpires_FoundAndThenNot()
    {
        IKeyTable table = NewTable();
        KeyTableEntry entry = Entry(Old);
        Assert.IsTrue(table.TryKeep(entry, Start, out _));
        Assert.IsTrue(table.TryFind(entry.Question, entry.Expires.AddMilliseconds(-1), out KeyTableEntry? found));
        AssertEqual(entry, found);
        Assert.IsFalse(table.TryFind(entry.Question, entry.Expires, out _));
    }

    [TestMethod]
    public void TryFind_OtherNameUseOrAnchor_NotFound()
    {
        IKeyTable table = NewTable();
        KeyQuestion kept = Entry(Old).Question;
        Assert.IsTrue(table.TryKeep(Entry(Old), Start, out _));
        Assert.IsTrue(table.TryFind(kept, Start, out _));
        Assert.IsFalse(table.TryFind(kept with { Name = DomainName.Parse("c.a.xx") }, Start, out _));
        Assert.IsFalse(table.TryFind(kept with { Use = Use.Parse("ssh") }, Start, out _));
        Assert.IsFalse(table.TryFind(kept with { Kms = ClientWorld.Kms0.Name }, Start, out _));
    }

    [TestMethod]
    [DataRow(-1, false)]
    [DataRow(0, false)]
    [DataRow(1, true)]
    public void TryKeep_DifferentKey_OnlyWhenReadLaterThanTheMark(int secondsLater, bool kept)
    {
        IKeyTable table = NewTable();
        Assert.IsTrue(table.TryKeep(Entry(Old), Start, out _));
        Assert.AreEqual(kept, table.TryKeep(Entry(New, at: secondsLater), Start, out _));
        Assert.IsTrue(table.TryFind(Entry(Old).Question, Start, out KeyTableEntry? found));
        Assert.AreEqual(kept ? New : Old, found.Key);
    }

    [TestMethod]
    public void TryKeep_SameKeyReadEarlier_KeptAndTheMarkStays()
    {
        IKeyTable table = NewTable();
        Assert.IsTrue(table.TryKeep(Entry(New, at: 100), Start, out _));
        Assert.IsTrue(table.TryKeep(Entry(New, at: 50), Start, out _));
        Assert.IsFalse(table.TryKeep(Entry(Old, at: 100), Start, out _), "the mark moved back");
        Assert.IsTrue(table.TryKeep(Entry(Old, at: 101), Start, out _));
    }

    [TestMethod]
    public void TryKeep_SameKeyWithAShorterLife_MarkDoesNotEndSooner()
    {
        IKeyTable table = NewTable();
        Assert.IsTrue(table.TryKeep(Entry(New, at: 100, life: 3600), Start, out _));
        Assert.IsTrue(table.TryKeep(Entry(New, at: 50, life: 60), Start, out _));
        DateTimeOffset lastOfMark = Start.AddSeconds(100 + 3600 - 1).AddDays(1);
        Assert.IsTrue(table.HasMark(ClientWorld.HostB.Name, Use.Identity, lastOfMark));
    }

    [TestMethod]
    public void TryKeep_DifferentKeyAfterTheMarkHasEnded_Kept()
    {
        IKeyTable table = NewTable();
        KeyTableEntry entry = Entry(New, at: 100);
        Assert.IsTrue(table.TryKeep(entry, Start, out _));
        DateTimeOffset ends = entry.Expires.AddDays(1);
        Assert.IsFalse(table.TryKeep(Entry(Old, at: 99), ends.AddSeconds(-1), out _));
        Assert.IsTrue(table.TryKeep(Entry(Old, at: 99), ends, out _));
    }

    [TestMethod]
    public void TryKeep_DifferentKeyByAnotherAnchor_Kept()
    {
        IKeyTable table = NewTable();
        Assert.IsTrue(table.TryKeep(Entry(New, at: 100), Start, out _));
        Assert.IsTrue(table.TryKeep(Entry(Old, at: 50, anchor: ClientWorld.Kms0), Start, out _));
        Assert.AreEqual(2, CountOf(table));
    }

    [TestMethod]
    public void HasMark_ByNameAndUse_ADayLongerThanTheEntry()
    {
        IKeyTable table = NewTable();
        KeyTableEntry entry = Entry(Old);
        Assert.IsTrue(table.TryKeep(entry, Start, out _));
        DateTimeOffset ends = entry.Expires.AddDays(1);
        Assert.IsTrue(table.HasMark(entry.Question.Name, Use.Identity, ends.AddSeconds(-1)));
        Assert.IsFalse(table.HasMark(entry.Question.Name, Use.Identity, ends));
        Assert.IsFalse(table.HasMark(entry.Question.Name, Use.Parse("ssh"), Start));
        Assert.IsFalse(table.HasMark(DomainName.Parse("other.c.a.xx"), Use.Identity, Start));
    }

    [TestMethod]
    public void TryKeep_ATableThatIsFull_DropsTheRowWhoseMarkEndsFirst()
    {
        IKeyTable table = NewTable(maximumRows: 3);
        KeyTableEntry[] entries = [.. new[] { 300, 100, 400, 200 }.Select((life, i) => Entry(Old, life: life, name: $"host-{i}.c.a.xx"))];
        foreach (KeyTableEntry entry in entries) Assert.IsTrue(table.TryKeep(entry, Start, out _));
        Assert.AreEqual(3, CountOf(table));
        Assert.IsFalse(table.TryFind(entries[1].Question, Start, out _));
        foreach (int i in new[] { 0, 2, 3 }) Assert.IsTrue(table.TryFind(entries[i].Question, Start, out _));
    }

    [TestMethod]
    public void TryKeep_AFullTableAndAKnownQuestion_DropsNothing()
    {
        IKeyTable table = NewTable(maximumRows: 2);
        Assert.IsTrue(table.TryKeep(Entry(Old, name: "host-1.c.a.xx"), Start, out _));
        Assert.IsTrue(table.TryKeep(Entry(Old, name: "host-2.c.a.xx"), Start, out _));
        Assert.IsTrue(table.TryKeep(Entry(New, at: 1, name: "host-2.c.a.xx"), Start, out _));
        Assert.IsTrue(table.TryFind(Entry(Old, name: "host-1.c.a.xx").Question, Start, out _));
    }

    [TestMethod]
    public void Constructor_NoRows_Throws() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => NewTable(0));

    [TestMethod]
    public void TryClaimRefresh_AnEntry_OnceInAnIntervalAndNotAfterItsEnd()
    {
        IKeyTable table = NewTable();
        KeyTableEntry entry = Entry(Old);
        Assert.IsFalse(table.TryClaimRefresh(entry.Question, Start));
        Assert.IsTrue(table.TryKeep(entry, Start, out _));
        Assert.IsTrue(table.TryClaimRefresh(entry.Question, Start));
        Assert.IsFalse(table.TryClaimRefresh(entry.Question, Start + Limits.RefreshInterval - TimeSpan.FromSeconds(1)));
        Assert.IsTrue(table.TryClaimRefresh(entry.Question, Start + Limits.RefreshInterval));
        Assert.IsFalse(table.TryClaimRefresh(entry.Question, entry.Expires));
        Assert.IsTrue(table.TryFind(entry.Question, Start, out KeyTableEntry? found));
        AssertEqual(entry, found);
    }

    [TestMethod]
    public void TryClaimRefresh_TheSameEntryKeptAgain_TheClaimStays()
    {
        IKeyTable table = NewTable();
        KeyTableEntry entry = Entry(Old);
        Assert.IsTrue(table.TryKeep(entry, Start, out _));
        Assert.IsTrue(table.TryClaimRefresh(entry.Question, Start));
        Assert.IsTrue(table.TryKeep(entry, Start, out _));
        Assert.IsFalse(table.TryClaimRefresh(entry.Question, Start.AddSeconds(1)));
    }

    [TestMethod]
    public void TryClaimRefresh_AfterTheClockWasSetBack_Granted()
    {
        IKeyTable table = NewTable();
        KeyTableEntry entry = Entry(Old);
        Assert.IsTrue(table.TryKeep(entry, Start, out _));
        Assert.IsTrue(table.TryClaimRefresh(entry.Question, Start.AddMinutes(30)));
        Assert.IsTrue(table.TryClaimRefresh(entry.Question, Start));
    }

    private protected static void AssertEqual(KeyTableEntry expected, KeyTableEntry actual)
    {
        Assert.AreEqual(expected.Text.ToString(), actual.Text.ToString());
        Assert.AreEqual(expected with { Text = actual.Text }, actual);
    }

    private protected static KeyTableEntry Entry(PublicKey key, int at = 0, int life = 3600, TestParty? anchor = null, string? name = null, Use use = default)
    {
        anchor ??= ClientWorld.Kms00;
        Attestation attestation = new(
            name is null ? ClientWorld.HostB.Name : DomainName.Parse(name), use, key, anchor.Name, Start.AddSeconds(at), Start.AddSeconds(at + life));
        return new KeyTableEntry(anchor.Sign(attestation), anchor.PublicKey, ClientWorld.Kms1.Name, KmsPath.None, Start);
    }
}
