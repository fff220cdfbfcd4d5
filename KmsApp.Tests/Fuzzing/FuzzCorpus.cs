namespace KmsApp.Tests.Fuzzing;

/// <summary>What is tried on a target before anything is changed: its seeds, and the files of its folder.</summary>
internal static class FuzzCorpus
{
    public static IEnumerable<byte[]> Of(FuzzTarget target) => [.. target.Seeds, .. Files(target.Name)];

    /// <summary>The files of a folder of Corpus/, in the order of their names.</summary>
    public static IEnumerable<byte[]> Files(string folder)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Fuzzing", "Corpus", folder);
        return Directory.Exists(path) ? Directory.GetFiles(path).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
    }
}
