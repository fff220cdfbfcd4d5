using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>The file of the private key and its marker.</summary>
[TestClass]
public sealed class KeyFileTests
{
    [TestMethod]
    public async Task InitializeAsync_FirstTime_MakesAKeyForTheServerAlone()
    {
        using RunningApp app = new();

        await app.StartAsync();

        Assert.IsTrue(await app.ServesAsync());
        SigningKey key = new KeyImporter(null).ImportPem(await File.ReadAllTextAsync(app.KeyFile));
        Assert.IsTrue(app.Server.Log.Any(line => line.Contains(key.PublicKey.ToString(), StringComparison.Ordinal)));
        if (!OperatingSystem.IsWindows()) Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(app.KeyFile));
        CollectionAssert.AreEquivalent(new[] { "keys", KeyMarker.FileName }, Directory.GetFileSystemEntries(app.Folder).Select(Path.GetFileName).ToArray());
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(app.KeyFile)!), "An unfinished file is left.");
    }

    [TestMethod]
    public async Task InitializeAsync_NotEnabled_MakesNothing()
    {
        using RunningApp app = new();

        await app.App.InitializeAsync(app.Server, app.Config().Replace("true", "false", StringComparison.Ordinal));

        Assert.IsEmpty(Directory.GetFileSystemEntries(app.Folder));
        Assert.IsFalse(await app.ServesAsync());
    }

    [TestMethod]
    public async Task InitializeAsync_Again_KeepsTheKey()
    {
        using RunningApp app = new();
        await app.StartAsync();
        string pem = await File.ReadAllTextAsync(app.KeyFile);

        await app.StartAsync();

        Assert.AreEqual(pem, await File.ReadAllTextAsync(app.KeyFile));
        Assert.IsTrue(await app.ServesAsync());
    }

    [TestMethod]
    public async Task InitializeAsync_ManyAtOnce_MakeOneKey()
    {
        const int Apps = 8;
        using RunningApp app = new();
        KeyFile[] files = [.. Enumerable.Range(0, Apps).Select(_ => new KeyFile(app.Folder, new KeyImporter(null), app.Server.WriteLog))];
        using Barrier start = new(Apps);

        SigningKey?[] keys = await Task.WhenAll(files.Select(file => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return file.Open("keys/kms.pem");
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        // Who sees the marker before the file may stay idle, but nobody has another key.
        Assert.HasCount(1, keys.Where(key => key is not null).Select(key => key!.PublicKey).Distinct());
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(app.KeyFile)!));
    }

    [TestMethod]
    public async Task InitializeAsync_MarkedButMissing_StaysIdleAndMakesNothing()
    {
        using RunningApp app = new();
        await app.StartAsync();
        File.Delete(app.KeyFile);
        app.Server.Log.Clear();

        await app.StartAsync();

        Assert.IsFalse(File.Exists(app.KeyFile));
        Assert.HasCount(1, app.Server.Log);
        StringAssert.StartsWith(app.Server.Log.Single(), $"The private key {app.KeyFile} is missing", StringComparison.Ordinal);
        Assert.IsFalse(await app.ServesAsync());
    }

    [TestMethod]
    public async Task InitializeAsync_MistypedPath_MakesNoNewIdentity()
    {
        using RunningApp app = new();
        await app.StartAsync();

        await app.StartAsync("""
            , "privateKeyFile": "keys/kmz.pem"
            """);

        Assert.IsFalse(File.Exists(app.KeyFile.Replace("kms.pem", "kmz.pem", StringComparison.Ordinal)));
        Assert.IsFalse(await app.ServesAsync());
        await app.StartAsync();
        Assert.IsTrue(await app.ServesAsync(), "Put right, it serves again.");
    }

    [TestMethod]
    public async Task InitializeAsync_MarkerTakenAway_BeginsWithANewKey()
    {
        using RunningApp app = new();
        await app.StartAsync();
        File.Delete(app.KeyFile);
        File.Delete(Path.Combine(app.Folder, KeyMarker.FileName));

        await app.StartAsync();

        Assert.IsTrue(await app.ServesAsync());
    }

    [TestMethod]
    public async Task InitializeAsync_AnotherKeyInTheFile_IsUsedAndSaid()
    {
        using RunningApp app = new();
        await app.StartAsync();
        using SigningKey other = KeyImporter.Generate();
        await File.WriteAllTextAsync(app.KeyFile, other.ToPem());
        app.Server.Log.Clear();

        await app.StartAsync();

        Assert.IsTrue(await app.ServesAsync());
        Assert.AreEqual(other.PublicKey.Fingerprint.ToString(), KeyMarker.Read(app.Folder)!.Fingerprint);
        Assert.HasCount(1, app.Server.Log.Where(line => line.Contains("is another one than before", StringComparison.Ordinal)));
        await app.StartAsync();
        Assert.HasCount(1, app.Server.Log.Where(line => line.Contains("is another one than before", StringComparison.Ordinal)), "Said once.");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("no key")]
    [DataRow("-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n")]
    [DataRow("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n")]
    public void Open_NoUsableKey_SaysSo(string pem)
    {
        using RunningApp app = new();
        string path = Path.Combine(app.Folder, "other.pem");
        File.WriteAllText(path, pem);

        SigningKey? key = new KeyFile(app.Folder, new KeyImporter(null), app.Server.WriteLog).Open(path);

        Assert.IsNull(key);
        StringAssert.StartsWith(app.Server.Log.Single(), $"The private key {path} cannot be used, and the KMS stays idle: ", StringComparison.Ordinal);
        Assert.AreEqual(pem, File.ReadAllText(path));
    }

    [TestMethod]
    public void Open_DirectoryElsewhereMissing_IsNotMade()
    {
        using RunningApp app = new();
        string path = Path.Combine(app.Folder, "volume", "kms.pem");

        Assert.IsNull(new KeyFile(app.Folder, new KeyImporter(null), app.Server.WriteLog).Open(path));
        Assert.IsFalse(Directory.Exists(Path.GetDirectoryName(path)));
        Assert.HasCount(1, app.Server.Log);
    }

    [TestMethod]
    public async Task InitializeAsync_ReadableByOthers_IsSaidAndServes()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("There are no such modes.");
        else
        {
            using RunningApp app = new();
            await app.StartAsync();
            File.SetUnixFileMode(app.KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);

            await app.StartAsync();

            Assert.IsTrue(app.Server.Log.Any(line => line.EndsWith("chmod 600.", StringComparison.Ordinal)));
            Assert.IsTrue(await app.ServesAsync());
        }
    }
}
