namespace KmsApp.Tests;

/// <summary>The disk is full, or may not be written, when the key file or its marker is to be; and the log cannot be written.</summary>
[TestClass]
public sealed class DiskTests
{
    [TestMethod]
    public async Task KeyFile_OnAFullDisk_IsNotMade_AndMadeAtTheNextSaveWhenThereIsRoom()
    {
        string[] said = await FailingDisk.RunAsync("full", "start", "room", "save");

        Assert.AreEqual("start: idle", said[0]);
        Assert.Contains("cannot be used, and the KMS stays idle: ", said[1]);
        Assert.Contains("No space left on device", said[1]);
        Assert.AreEqual("save: serves", said[2], "Nothing half-written is left.");
        Assert.Contains("file: keys/kms.pem", said);
        Assert.Contains("file: kms-key.marker", said);
    }

    [TestMethod]
    public async Task KeyFile_OnAReadOnlyDisk_IsNotMade_AndMadeAtTheNextSaveWhenItMayBeWritten()
    {
        string[] said = await FailingDisk.RunAsync("readonly", "start", "writable", "save");

        Assert.AreEqual("start: idle", said[0]);
        Assert.Contains("Read-only file system", said[1]);
        Assert.AreEqual("save: serves", said[2]);
    }

    [TestMethod]
    [DataRow("full", "room")]
    [DataRow("readonly", "writable")]
    public async Task Disk_ThatFailsLater_LeavesTheKeyAndGoesOnServing(string fail, string mend)
    {
        string[] said = await FailingDisk.RunAsync("start", fail, "save", "start", mend, "save");

        CollectionAssert.AreEqual((string[])["start: serves", "save: serves", "start: serves", "save: serves"], said.Where(line => line.Contains(": serves", StringComparison.Ordinal) || line.Contains(": idle", StringComparison.Ordinal)).ToArray());
        Assert.AreEqual(1, said.Count(line => line.Contains("Made the private key", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Marker_ThatCannotBeWritten_IsSaid_AndTheKmsServes()
    {
        using RunningApp app = new();
        string marker = Path.Combine(app.Folder, KeyMarker.FileName);
        Directory.CreateDirectory(marker);
        await app.StartAsync();

        Assert.IsTrue(await app.ServesAsync());
        Assert.HasCount(1, app.Server.Log.Where(line => line.StartsWith($"{KeyMarker.FileName} in {app.Folder} cannot be written, so a missing key would be made anew: ", StringComparison.Ordinal)));
        CollectionAssert.AreEquivalent((string[])["keys", KeyMarker.FileName], Directory.GetFileSystemEntries(app.Folder).Select(Path.GetFileName).ToArray());

        Directory.Delete(marker);
        await app.StartAsync();
        Assert.IsTrue(File.Exists(marker), "It is written at the next save.");
        Assert.IsTrue(await app.ServesAsync());
    }

    [TestMethod]
    public async Task KeyFolder_ThatIsAFile_IsSaid_AndMendedByTheNextSave()
    {
        using RunningApp app = new();
        string folder = Path.GetDirectoryName(app.KeyFile)!;
        await File.WriteAllTextAsync(folder, "in the way");
        await app.StartAsync();

        Assert.IsFalse(await app.ServesAsync());
        Assert.Contains("cannot be used, and the KMS stays idle: ", app.Server.Log.Single());
        File.Delete(folder);
        await app.StartAsync();
        Assert.IsTrue(await app.ServesAsync());
    }

    [TestMethod]
    public async Task Log_ThatCannotBeWritten_StopsNothing()
    {
        using RunningApp app = new();
        app.Server.LogFault = new IOException("No space left on device");
        await app.StartAsync();

        Assert.IsTrue(await app.ServesAsync());
        Assert.IsEmpty(app.Server.Log);
        Assert.IsNotEmpty((await ((DnsServerCore.ApplicationCommon.IDnsQueryLogs)app.App).QueryLogsAsync(1, 10, true, null, null, null, null, null, null, null, null, null)).Entries, "The journal is in memory.");
        app.Server.LogFault = null;
        await app.StartAsync();
        Assert.IsNotEmpty(app.Server.Log);
    }
}
