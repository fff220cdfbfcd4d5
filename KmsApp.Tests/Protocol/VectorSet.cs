namespace KmsApp.Tests.Protocol;

/// <summary>All vectors, as they are made.</summary>
internal static class VectorSet
{
    public static IEnumerable<VectorFile> All() => [.. GoodVectors.All(), .. BadVectors.All(), .. BadSeals.All()];

    /// <summary>Writes the vectors into the sources, in the place of those that are there.</summary>
    public static void Write(IEnumerable<VectorFile> vectors)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "KmsApp.sln"))) root = root.Parent ?? throw new DirectoryNotFoundException("No KmsApp.sln above the tests.");
        string folder = Path.Combine(root.FullName, "KmsApp.Tests", "Protocol", "Vectors");
        foreach (string old in Directory.GetDirectories(folder)) Directory.Delete(old, recursive: true);
        foreach (VectorFile vector in vectors)
        {
            string path = Path.Combine(folder, vector.Name + ".txt");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, vector.Format());
        }
    }
}
