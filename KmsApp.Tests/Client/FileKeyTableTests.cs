using System.Runtime.Versioning;
using System.Text;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

[TestClass]
public sealed class FileKeyTableTests : KeyTableLaws
{
    private static readonly DomainName HostB = ClientWorld.HostB.Name;

    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("Kms.Table.").FullName, "table");

    public required TestContext TestContext { get; set; }

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [TestMethod]
    public void TryFind_AfterARestart_TheSameEntryAndMark()
    {
        Assert.IsTrue(KmsPath.TryParse("kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx"u8, out KmsPath path));
        KeyTableEntry entry = Entry(New, at: 5, use: Use.Parse("ssh")) with { Path = path };
        Keep(entry);
        FileKeyTable table = Open();
        Assert.IsTrue(table.TryFind(entry.Question, Start, out KeyTableEntry? found));
        AssertEqual(entry, found);
        Assert.IsTrue(table.HasMark(HostB, Use.Parse("ssh"), Start));
        Assert.IsFalse(table.TryKeep(Entry(Old, at: 5, use: Use.Parse("ssh")), Start, out string? trouble));
        Assert.IsNull(trouble);
    }

    [TestMethod]
    public void TryFind_AnyByteOfTheFileChangedOrMissing_AbsentAndNothingElseLost()
    {
        KeyTableEntry other = Entry(Old, anchor: ClientWorld.Kms0);
        Keep(other);
        string othersFile = RowFile();
        KeyTableEntry entry = Entry(Old);
        Keep(entry);
        string file = RowFiles(_folder).Single(row => row != othersFile);
        byte[] good = File.ReadAllBytes(file);
        FileKeyTable table = Open();
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(file, bad);
            Assert.IsFalse(table.TryFind(entry.Question, Start, out _), $"byte {i} changed");
            File.WriteAllBytes(file, good[..i]);
            Assert.IsFalse(table.TryFind(entry.Question, Start, out _), $"cut at {i}");
        }
        Assert.IsTrue(table.TryFind(other.Question, Start, out _));
        Assert.HasCount(1, table.Entries(Start).ToArray());
        Keep(entry);
        Assert.IsTrue(table.TryFind(entry.Question, Start, out _), "a damaged row was not replaced");
    }

    [TestMethod]
    public void AnyCall_LinesOfAHostileHandWithAGoodChecksum_NoException()
    {
        int seed = Environment.TickCount;
        TestContext.WriteLine($"seed {seed}");
        Random random = new(seed);
        KeyTableEntry entry = Entry(Old);
        Keep(entry);
        string file = RowFile();
        string[] good = File.ReadAllText(file).Split('\n')[..^2];
        string[] words = ["-1", "99999999999999999999", "253402300800", "", "-", ".", "MFkw", "v=KMS1; t=ack; of=x", "\0", "é", "mark", "entry", "claimed 0"];
        FileKeyTable table = Open();
        for (int i = 0; i < 500; i++)
        {
            List<string> lines = [.. good];
            string[] cells = lines[random.Next(lines.Count)].Split(' ');
            int line = random.Next(lines.Count);
            cells[random.Next(cells.Length)] = words[random.Next(words.Length)];
            if (random.Next(3) > 0) lines[line] = string.Join(' ', cells);
            else if (random.Next(2) > 0) lines.RemoveAt(line);
            else lines.Insert(line, words[random.Next(words.Length)]);
            byte[] covered = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
            File.WriteAllBytes(file, [.. covered, .. Encoding.ASCII.GetBytes($"sha256 {Digest.Of(covered)}\n")]);
            if (table.TryFind(entry.Question, Start, out KeyTableEntry? found)) Assert.AreEqual(Old, found.Key);
            table.HasMark(HostB, Use.Identity, Start);
            table.TryClaimRefresh(entry.Question, Start.AddMinutes(i));
            foreach (KeyTableEntry listed in table.Entries(Start)) Assert.AreEqual(entry.Question, listed.Question);
        }
    }

    [TestMethod]
    public void TryFind_ARowInThePlaceOfAnother_Absent()
    {
        KeyTableEntry wanted = Entry(Old);
        Keep(wanted);
        string file = RowFile();
        File.Delete(file);
        Keep(Entry(New, name: "other.c.a.xx"));
        File.Move(RowFile(), file);
        FileKeyTable table = Open();
        Assert.IsFalse(table.TryFind(wanted.Question, Start, out _));
        Assert.IsFalse(table.HasMark(HostB, Use.Identity, Start));
        Assert.IsEmpty(table.Entries(Start));
    }

    [TestMethod]
    public void TryFind_AnEntryThatTheAnchorHasNotSigned_Absent()
    {
        KeyTableEntry genuine = Entry(New);
        KeyTableEntry forged = genuine with { Text = ClientWorld.Stranger.Sign(genuine.Attestation) };
        Keep(forged); // as it would be after somebody has written to the file
        Assert.IsFalse(Open().TryFind(forged.Question, Start, out _));
        Assert.IsEmpty(Open().Entries(Start));
        Keep(genuine);
        Assert.IsTrue(Open().TryFind(genuine.Question, Start, out _));
    }

    [TestMethod]
    public void TryFind_AGiantFile_Absent()
    {
        KeyTableEntry entry = Entry(Old);
        Keep(entry);
        using (FileStream stream = File.OpenWrite(RowFile())) stream.SetLength(1L << 40);
        Assert.IsFalse(Open().TryFind(entry.Question, Start, out _));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void TryKeep_ANewTable_ForItsOwnerAlone()
    {
        Keep(Entry(Old));
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
        string[] files = Directory.GetFiles(_folder);
        Assert.HasCount(2, files);
        foreach (string file in files) Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file), file);
    }

    [TestMethod]
    public void TryKeep_AFolderThatCannotBeWritten_KeyMayBeUsedAndTroubleTold()
    {
        KeyTableEntry entry = Entry(Old);
        Keep(entry);
        File.Delete(Path.Combine(_folder, "lock"));
        Directory.CreateDirectory(Path.Combine(_folder, "lock"));
        FileKeyTable table = Open();
        Assert.IsTrue(table.TryKeep(Entry(New, at: 1), Start, out string? trouble));
        Assert.IsNotNull(trouble);
        Assert.IsFalse(table.TryKeep(Entry(New, at: 0), Start, out trouble), "the mark must be heeded");
        Assert.IsNull(trouble);
        Assert.IsTrue(table.TryKeep(entry, Start, out trouble));
        Assert.IsNull(trouble, "it is kept already");
        Assert.IsFalse(table.TryClaimRefresh(entry.Question, Start));
        Assert.IsTrue(table.TryFind(entry.Question, Start, out KeyTableEntry? found));
        Assert.AreEqual(Old, found.Key);
        Assert.ThrowsExactly<IOException>(() => table.Forget(HostB, null, withMarks: false, Start));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void TryKeep_AFullDisk_KeyMayBeUsedAndTheRowIsAsItWas()
    {
        Keep(Entry(Old));
        File.CreateSymbolicLink(Path.Combine(_folder, "next"), "/dev/full");
        FileKeyTable table = Open();
        Assert.IsTrue(table.TryKeep(Entry(New, at: 1), Start, out string? trouble));
        Assert.Contains("No space left", trouble!);
        Assert.IsTrue(table.TryFind(Entry(Old).Question, Start, out KeyTableEntry? found));
        Assert.AreEqual(Old, found.Key);
    }

    [TestMethod]
    public void AnyCall_ARowThatCannotBeRead_ThrowsAndOtherRowsAreKept()
    {
        KeyTableEntry entry = Entry(Old);
        Keep(entry);
        string file = RowFile();
        File.Delete(file);
        Directory.CreateDirectory(file);
        FileKeyTable table = Open();
        Assert.ThrowsExactly<IOException>(() => table.TryFind(entry.Question, Start, out _));
        Assert.ThrowsExactly<IOException>(() => table.TryKeep(entry, Start, out _), "without its mark the key must not be used");
        KeyTableEntry other = Entry(Old, name: "other.c.a.xx");
        Keep(other);
        Assert.IsTrue(table.TryFind(other.Question, Start, out _));
    }

    [TestMethod]
    public async Task TryKeep_AnotherProcessIsWriting_WaitsForIt()
    {
        Keep(Entry(Old));
        FileStream held = new(Path.Combine(_folder, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using ManualResetEventSlim begun = new();
        Task keeping = Task.Run(() =>
        {
            begun.Set();
            Keep(Entry(New, at: 1));
        });
        begun.Wait();
        Assert.IsTrue(Open().TryFind(Entry(Old).Question, Start, out KeyTableEntry? found), "readers need no lock");
        Assert.AreEqual(Old, found.Key);
        await held.DisposeAsync();
        await keeping;
        Assert.IsTrue(Open().TryFind(Entry(Old).Question, Start, out found));
        Assert.AreEqual(New, found.Key);
    }

    [TestMethod]
    public void TryKeep_RowsWhoseMarkHasEnded_Swept()
    {
        KeyTableEntry first = Entry(Old, life: 60);
        Keep(first);
        DateTimeOffset ends = first.Expires + Limits.MarkOutlivesEntry;
        KeyTableEntry second = Entry(Old, name: "second.c.a.xx", at: 100);
        Keep(second, ends.AddSeconds(-1));
        Assert.AreEqual(2, Open().Count, "the mark must stay");
        Keep(Entry(Old, name: "third.c.a.xx", at: 100), ends + Limits.FileTableSweepInterval);
        Assert.AreEqual(2, Open().Count);
        Assert.IsFalse(Open().HasMark(HostB, Use.Identity, Start));
        Assert.IsTrue(Open().TryFind(second.Question, Start, out _));
    }

    [TestMethod]
    public void TryKeep_AFolderCopiedWithoutItsTimes_NothingSweptEarly()
    {
        KeyTableEntry entry = Entry(Old);
        Keep(entry);
        File.SetLastWriteTimeUtc(RowFile(), Start.AddDays(-7).UtcDateTime);
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "lock"), Start.AddDays(-7).UtcDateTime);
        Keep(Entry(Old, name: "second.c.a.xx"));
        Assert.IsTrue(Open().TryFind(entry.Question, Start, out _));
    }

    [TestMethod]
    public void Forget_AnEntry_TheMarkStays()
    {
        KeyTableEntry entry = Entry(New, at: 10);
        KeyTableEntry other = Entry(Old, name: "other.c.a.xx"), ssh = Entry(Old, use: Use.Parse("ssh"));
        foreach (KeyTableEntry kept in new[] { entry, other, ssh }) Keep(kept);
        FileKeyTable table = Open();
        CollectionAssert.AreEqual(new[] { entry.Question }, table.Forget(HostB, Use.Identity, withMarks: false, Start).ToArray());
        Assert.IsFalse(table.TryFind(entry.Question, Start, out _));
        Assert.IsTrue(table.HasMark(HostB, Use.Identity, Start));
        Assert.IsFalse(table.TryKeep(Entry(Old, at: 9), Start, out _), "a replaced key came back");
        Assert.IsEmpty(table.Forget(HostB, Use.Identity, withMarks: false, Start));
        Assert.IsTrue(table.TryFind(other.Question, Start, out _));
        Assert.IsTrue(table.TryFind(ssh.Question, Start, out _));
        Assert.IsTrue(table.TryKeep(entry, Start, out _));
        Assert.IsTrue(table.TryFind(entry.Question, Start, out _), "it must be kept again");
    }

    [TestMethod]
    public void Forget_WithMarksAndForAllUses_NothingOfTheNameStays()
    {
        KeyTableEntry other = Entry(Old, name: "other.c.a.xx");
        foreach (KeyTableEntry kept in new[] { Entry(New, at: 10), Entry(New, anchor: ClientWorld.Kms0), Entry(Old, use: Use.Parse("ssh")), other }) Keep(kept);
        FileKeyTable table = Open();
        Assert.HasCount(3, table.Forget(HostB, use: null, withMarks: true, Start));
        Assert.AreEqual(1, table.Count);
        Assert.IsFalse(table.HasMark(HostB, Use.Identity, Start));
        Assert.IsTrue(table.TryKeep(Entry(Old, at: 9), Start, out _));
        Assert.IsTrue(table.TryFind(other.Question, Start, out _));
    }

    [TestMethod]
    public void Forget_ATableThatIsNotThere_NothingAndNothingMade()
    {
        Assert.IsEmpty(Open().Forget(HostB, null, withMarks: true, Start));
        Assert.IsFalse(Open().TryFind(Entry(Old).Question, Start, out _));
        Assert.IsEmpty(Open().Entries(Start));
        Assert.IsFalse(Directory.Exists(_folder));
    }

    private protected override IKeyTable NewTable(int maximumRows = Limits.TableRows) => new FileKeyTable(_folder, maximumRows: maximumRows);

    private protected override int CountOf(IKeyTable table) => ((FileKeyTable)table).Count;

    private FileKeyTable Open() => new(_folder);

    private void Keep(KeyTableEntry entry, DateTimeOffset? now = null)
    {
        Assert.IsTrue(Open().TryKeep(entry, now ?? Start, out string? trouble));
        Assert.IsNull(trouble);
    }

    /// <summary>The only file of a row.</summary>
    private string RowFile() => RowFiles(_folder).Single();

    internal static IEnumerable<string> RowFiles(string folder) => Directory.GetFiles(folder).Where(file => Path.GetFileName(file).Contains('.', StringComparison.Ordinal));
}
