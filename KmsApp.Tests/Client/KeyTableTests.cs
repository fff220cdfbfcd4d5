using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

[TestClass]
public sealed class KeyTableTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);
    private static readonly PublicKey Old = ClientWorld.HostB.PublicKey;
    private static readonly PublicKey New = ClientWorld.NewKeyOfB;

    [TestMethod]
    public void TryFind_UntilItExpires_FoundAndThenNot()
    {
        KeyTable table = new();
        KeyTableEntry entry = Entry(Old);
        Assert.IsTrue(table.TryKeep(entry, Start));
        Assert.IsTrue(table.TryFind(entry.Question, entry.Expires.AddMilliseconds(-1), out KeyTableEntry? found));
        Assert.AreSame(entry, found);
        Assert.IsFalse(table.TryFind(entry.Question, entry.Expires, out _));
    }

    [TestMethod]
    public void TryFind_OtherNameUseOrAnchor_NotFound()
    {
        KeyTable table = new();
        KeyQuestion kept = Entry(Old).Question;
        Assert.IsTrue(table.TryKeep(Entry(Old), Start));
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
        KeyTable table = new();
        Assert.IsTrue(table.TryKeep(Entry(Old), Start));
        Assert.AreEqual(kept, table.TryKeep(Entry(New, at: secondsLater), Start));
        Assert.IsTrue(table.TryFind(Entry(Old).Question, Start, out KeyTableEntry? found));
        Assert.AreEqual(kept ? New : Old, found.Key);
    }

    [TestMethod]
    public void TryKeep_SameKeyReadEarlier_KeptAndTheMarkStays()
    {
        KeyTable table = new();
        Assert.IsTrue(table.TryKeep(Entry(New, at: 100), Start));
        Assert.IsTrue(table.TryKeep(Entry(New, at: 50), Start));
        Assert.IsFalse(table.TryKeep(Entry(Old, at: 100), Start), "the mark moved back");
        Assert.IsTrue(table.TryKeep(Entry(Old, at: 101), Start));
    }

    [TestMethod]
    public void TryKeep_SameKeyWithAShorterLife_MarkDoesNotEndSooner()
    {
        KeyTable table = new();
        Assert.IsTrue(table.TryKeep(Entry(New, at: 100, life: 3600), Start));
        Assert.IsTrue(table.TryKeep(Entry(New, at: 50, life: 60), Start));
        DateTimeOffset lastOfMark = Start.AddSeconds(100 + 3600 - 1).AddDays(1);
        Assert.IsTrue(table.HasMark(ClientWorld.HostB.Name, Use.Identity, lastOfMark));
    }

    [TestMethod]
    public void TryKeep_DifferentKeyAfterTheMarkHasEnded_Kept()
    {
        KeyTable table = new();
        KeyTableEntry entry = Entry(New, at: 100);
        Assert.IsTrue(table.TryKeep(entry, Start));
        DateTimeOffset ends = entry.Expires.AddDays(1);
        Assert.IsFalse(table.TryKeep(Entry(Old, at: 99), ends.AddSeconds(-1)));
        Assert.IsTrue(table.TryKeep(Entry(Old, at: 99), ends));
    }

    [TestMethod]
    public void TryKeep_DifferentKeyByAnotherAnchor_Kept()
    {
        KeyTable table = new();
        Assert.IsTrue(table.TryKeep(Entry(New, at: 100), Start));
        Assert.IsTrue(table.TryKeep(Entry(Old, at: 50, anchor: ClientWorld.Kms0), Start));
        Assert.AreEqual(2, table.Count);
    }

    [TestMethod]
    public void HasMark_ByNameAndUse_ADayLongerThanTheEntry()
    {
        KeyTable table = new();
        KeyTableEntry entry = Entry(Old);
        Assert.IsTrue(table.TryKeep(entry, Start));
        DateTimeOffset ends = entry.Expires.AddDays(1);
        Assert.IsTrue(table.HasMark(entry.Question.Name, Use.Identity, ends.AddSeconds(-1)));
        Assert.IsFalse(table.HasMark(entry.Question.Name, Use.Identity, ends));
        Assert.IsFalse(table.HasMark(entry.Question.Name, Use.Parse("ssh"), Start));
        Assert.IsFalse(table.HasMark(DomainName.Parse("other.c.a.xx"), Use.Identity, Start));
    }

    [TestMethod]
    public void Count_AsTimePasses_EntriesThenMarksLeave()
    {
        KeyTable table = new();
        KeyTableEntry entry = Entry(Old);
        Assert.IsTrue(table.TryKeep(entry, Start));
        Assert.IsFalse(table.TryFind(entry.Question, entry.Expires, out _));
        Assert.AreEqual(1, table.Count, "the mark must stay");
        Assert.IsFalse(table.TryFind(entry.Question, entry.Expires.AddDays(1), out _));
        Assert.AreEqual(0, table.Count);
    }

    [TestMethod]
    public void TryKeep_ATableThatIsFull_DropsTheRowWhoseMarkEndsFirst()
    {
        KeyTable table = new(maximumRows: 3);
        KeyTableEntry[] entries = [.. new[] { 300, 100, 400, 200 }.Select((life, i) => Entry(Old, life: life, name: $"host-{i}.c.a.xx"))];
        foreach (KeyTableEntry entry in entries) Assert.IsTrue(table.TryKeep(entry, Start));
        Assert.AreEqual(3, table.Count);
        Assert.IsFalse(table.TryFind(entries[1].Question, Start, out _));
        foreach (int i in new[] { 0, 2, 3 }) Assert.IsTrue(table.TryFind(entries[i].Question, Start, out _));
    }

    [TestMethod]
    public void TryKeep_AFullTableAndAKnownQuestion_DropsNothing()
    {
        KeyTable table = new(maximumRows: 2);
        Assert.IsTrue(table.TryKeep(Entry(Old, name: "host-1.c.a.xx"), Start));
        Assert.IsTrue(table.TryKeep(Entry(Old, name: "host-2.c.a.xx"), Start));
        Assert.IsTrue(table.TryKeep(Entry(New, at: 1, name: "host-2.c.a.xx"), Start));
        Assert.IsTrue(table.TryFind(Entry(Old, name: "host-1.c.a.xx").Question, Start, out _));
    }

    [TestMethod]
    public void Constructor_NoRows_Throws() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyTable(0));

    private static KeyTableEntry Entry(PublicKey key, int at = 0, int life = 3600, TestParty? anchor = null, string? name = null)
    {
        anchor ??= ClientWorld.Kms00;
        Attestation attestation = new(
            name is null ? ClientWorld.HostB.Name : DomainName.Parse(name), Use.Identity, key, anchor.Name, Start.AddSeconds(at), Start.AddSeconds(at + life));
        return new KeyTableEntry(anchor.Sign(attestation), anchor.PublicKey, ClientWorld.Kms1.Name, KmsPath.None, Start);
    }
}
