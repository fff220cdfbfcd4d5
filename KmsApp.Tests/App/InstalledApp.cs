using System.IO.Compression;

namespace KmsApp.Tests;

/// <summary>The freshly packed zip, unpacked into a folder of its own for the time of a test.</summary>
internal sealed class InstalledApp : IDisposable
{
    internal static string Zip => Path.Combine(AppContext.BaseDirectory, "KmsApp.zip");

    internal string Folder { get; } = Directory.CreateTempSubdirectory("KmsApp.").FullName;

    internal InstalledApp() => ZipFile.ExtractToDirectory(Zip, Folder);

    internal string FileOf(string name) => Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
