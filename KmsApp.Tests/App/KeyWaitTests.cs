namespace KmsApp.Tests;

/// <summary>A KMS that is idle for want of its key looks again by itself, and makes none.</summary>
[TestClass]
public sealed class KeyWaitTests
{
    private readonly VirtualTime _time = new();

    [TestMethod]
    public async Task Look_KeyPutBack_GoesOnByItself()
    {
        using RunningApp app = new(_time);
        await app.StartAsync();
        string pem = await File.ReadAllTextAsync(app.KeyFile);
        File.Delete(app.KeyFile);
        await app.StartAsync();
        Assert.IsFalse(await app.ServesAsync());
        app.Server.Log.Clear();

        _time.Advance(KeyFile.LooksAgainAfter * 10);
        Assert.IsEmpty(app.Server.Log, "Said once.");
        await WriteAsync(app.KeyFile, pem);
        _time.Advance(KeyFile.LooksAgainAfter);

        Assert.IsTrue(await app.ServesAsync());
        Assert.AreEqual("The private key keys/kms.pem is there, and the KMS goes on.", app.Server.Log.First());
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.HasCount(2, app.Server.Log, "It looks no longer.");
    }

    [TestMethod]
    public async Task Look_VolumeMountedLate_ReadsTheKeyOnIt()
    {
        using RunningApp app = new(_time);
        string volume = Path.Combine(app.Folder, "volume"), path = Path.Combine(volume, "kms.pem");
        await app.StartAsync(At(path));
        Assert.IsFalse(await app.ServesAsync());
        Assert.Contains("Mount its volume", app.Server.Log.Single());

        using Kms.Protocol.SigningKey key = Kms.Protocol.KeyImporter.Generate();
        Directory.CreateDirectory(volume);
        await WriteAsync(path, key.ToPem());
        _time.Advance(KeyFile.LooksAgainAfter);

        Assert.IsTrue(await app.ServesAsync());
        Assert.IsTrue(app.Server.Log.Any(line => line.Contains(key.PublicKey.ToString(), StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Look_DirectoryAppearsWithoutAKey_MakesNone()
    {
        using RunningApp app = new(_time);
        string volume = Path.Combine(app.Folder, "volume"), path = Path.Combine(volume, "kms.pem");
        await app.StartAsync(At(path));
        Directory.CreateDirectory(volume);

        _time.Advance(TimeSpan.FromHours(1));

        Assert.IsFalse(await app.ServesAsync());
        Assert.IsEmpty(Directory.GetFileSystemEntries(volume), "The volume is not mounted yet.");
        await app.StartAsync(At(path));
        Assert.IsTrue(await app.ServesAsync(), "On the word of a human it is made.");
    }

    [TestMethod]
    public async Task Look_BrokenKeyMended_IsSaidWhenItChangesAndGoesOn()
    {
        using RunningApp app = new(_time);
        await app.StartAsync();
        string pem = await File.ReadAllTextAsync(app.KeyFile);
        await File.WriteAllTextAsync(app.KeyFile, "no key");
        app.Server.Log.Clear();
        await app.StartAsync();

        _time.Advance(TimeSpan.FromHours(1));
        Assert.HasCount(1, app.Server.Log);
        await File.WriteAllTextAsync(app.KeyFile, "");
        _time.Advance(TimeSpan.FromHours(1));
        Assert.IsLessThanOrEqualTo(2, app.Server.Log.Count);
        await File.WriteAllTextAsync(app.KeyFile, pem);
        _time.Advance(KeyFile.LooksAgainAfter);

        Assert.IsTrue(await app.ServesAsync());
    }

    [TestMethod]
    public async Task Look_SwitchedOffOrDisposed_EndsTheWait()
    {
        RunningApp app = new(_time);
        await app.StartAsync();
        string pem = await File.ReadAllTextAsync(app.KeyFile);
        File.Delete(app.KeyFile);
        await app.StartAsync();
        Assert.AreEqual(1, _time.ArmedTimers);

        await app.App.InitializeAsync(app.Server, """{ "enableKms": false }""");
        Assert.AreEqual(0, _time.ArmedTimers);
        await WriteAsync(app.KeyFile, pem);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.IsFalse(await app.ServesAsync());

        File.Delete(app.KeyFile);
        await app.StartAsync();
        Assert.AreEqual(1, _time.ArmedTimers);
        app.Dispose();
        Assert.AreEqual(0, _time.ArmedTimers);
    }

    private static string At(string path) => $$"""
        , "privateKeyFile": "{{path}}"
        """;

    private static async Task WriteAsync(string path, string pem)
    {
        await File.WriteAllTextAsync(path, pem);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
