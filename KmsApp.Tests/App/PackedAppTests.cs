using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests;

/// <summary>What the zip holds.</summary>
[TestClass]
public sealed class PackedAppTests
{
    [TestMethod]
    public void Zip_Entries_AreTheFourFilesInOrder()
    {
        using ZipArchive zip = ZipFile.OpenRead(InstalledApp.Zip);

        CollectionAssert.AreEqual(
            new[] { "KmsApp.deps.json", "KmsApp.dll", "README.md", "dnsApp.config" },
            zip.Entries.Select(entry => entry.FullName).ToArray());
    }

    [TestMethod]
    public void Zip_Times_SayNothingOfTheBuild()
    {
        using ZipArchive zip = ZipFile.OpenRead(InstalledApp.Zip);

        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            Assert.AreEqual(new DateTime(1980, 1, 1, 0, 0, 0), entry.LastWriteTime.DateTime, entry.FullName);
        }
    }

    [TestMethod]
    public void Zip_DepsJson_NamesTheAppAlone()
    {
        using var app = new InstalledApp();
        JObject deps = JObject.Parse(File.ReadAllText(app.FileOf("KmsApp.deps.json")));

        string[] libraries = [.. ((JObject)deps["libraries"]!).Properties().Select(library => library.Name)];
        string[] targets = [.. ((JObject)deps["targets"]!).Properties().SelectMany(target => ((JObject)target.Value).Properties()).Select(library => library.Name)];

        Assert.HasCount(1, libraries);
        StringAssert.StartsWith(libraries[0], "KmsApp/", StringComparison.Ordinal);
        CollectionAssert.AreEqual(libraries, targets);
    }

    [TestMethod]
    public void Zip_Dll_HoldsTheOthersAsTheyWereBuilt()
    {
        using var app = new InstalledApp();
        using var host = new LoadedApp(app);
        Assembly dll = host.Assembly;

        CollectionAssert.AreEquivalent(
            new[] { "Kms.Protocol.dll", "Kms.Server.dll", "Newtonsoft.Json.dll" },
            dll.GetManifestResourceNames());
        foreach (string name in dll.GetManifestResourceNames())
        {
            using Stream bundled = dll.GetManifestResourceStream(name)!;
            var bytes = new byte[bundled.Length];
            bundled.ReadExactly(bytes);
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, name)), bytes, name);
        }
    }

    [TestMethod]
    public void Zip_Dll_IsDeterministicAndNamesNoFolderOfTheMachine()
    {
        using var app = new InstalledApp();
        byte[] dll = File.ReadAllBytes(app.FileOf("KmsApp.dll"));
        using var reader = new PEReader(new MemoryStream(dll));

        Assert.IsTrue(reader.ReadDebugDirectory().Any(entry => entry.Type == DebugDirectoryEntryType.Reproducible));
        using MetadataReaderProvider provider = Symbols(reader);
        MetadataReader symbols = provider.GetMetadataReader();
        Assert.IsNotEmpty(symbols.Documents);
        foreach (DocumentHandle handle in symbols.Documents)
        {
            StringAssert.StartsWith(symbols.GetString(symbols.GetDocument(handle).Name), "/_/", StringComparison.Ordinal);
        }

        Assert.AreEqual(-1, dll.AsSpan().IndexOf(Encoding.UTF8.GetBytes(RepositoryFolder())));
    }

    [TestMethod]
    public void Zip_Config_IsTheOneInTheRepositoryAndOff()
    {
        using var app = new InstalledApp();
        string config = File.ReadAllText(app.FileOf("dnsApp.config"));

        Assert.AreEqual(false, (bool?)JObject.Parse(config)["enableKms"]);
        Assert.AreEqual(5, (int?)JObject.Parse(config)["appPreference"]);
    }

    private static MetadataReaderProvider Symbols(PEReader reader)
        => reader.ReadEmbeddedPortablePdbDebugDirectoryData(
            reader.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb));

    private static string RepositoryFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "KmsApp.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
