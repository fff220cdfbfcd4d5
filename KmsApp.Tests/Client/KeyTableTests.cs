using Kms.Client;

namespace KmsApp.Tests;

[TestClass]
public sealed class KeyTableTests : KeyTableLaws
{
    [TestMethod]
    public void Count_AsTimePasses_EntriesThenMarksLeave()
    {
        KeyTable table = new();
        KeyTableEntry entry = Entry(Old);
        Assert.IsTrue(table.TryKeep(entry, Start, out _));
        Assert.IsFalse(table.TryFind(entry.Question, entry.Expires, out _));
        Assert.AreEqual(1, table.Count, "the mark must stay");
        Assert.IsFalse(table.TryFind(entry.Question, entry.Expires.AddDays(1), out _));
        Assert.AreEqual(0, table.Count);
    }

    private protected override IKeyTable NewTable(int maximumRows = Limits.TableRows) => new KeyTable(maximumRows);

    private protected override int CountOf(IKeyTable table) => ((KeyTable)table).Count;
}
