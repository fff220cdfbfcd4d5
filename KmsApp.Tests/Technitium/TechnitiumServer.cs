namespace KmsApp.Tests;

/// <summary>What the tests of the category need from outside: a server's folder, and the zips of official apps.</summary>
internal static class TechnitiumServer
{
    /// <summary>The category of all tests that need a real server.</summary>
    internal const string Category = "Technitium";

    /// <summary>Several folders of servers, separated as in PATH.</summary>
    internal const string FoldersVariable = "TECHNITIUM_DIRS";

    private const string FolderVariable = "TECHNITIUM_DIR";
    private const string AppsVariable = "TECHNITIUM_APPS";

    /// <summary>The folder of the server that is started; a test that asks for it is inconclusive without one.</summary>
    internal static string Folder()
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable) ?? "";
        if (folder.Length == 0) Assert.Inconclusive($"{FolderVariable} names no folder of a server (the one with DnsServerApp.dll).");
        return Path.GetFullPath(folder);
    }

    /// <summary>Every folder of a server that is named; one empty name where there is none.</summary>
    internal static IEnumerable<string> Folders()
    {
        string[] folders = [Environment.GetEnvironmentVariable(FolderVariable) ?? "", .. (Environment.GetEnvironmentVariable(FoldersVariable) ?? "").Split(Path.PathSeparator, StringSplitOptions.TrimEntries)];
        string[] named = [.. folders.Where(folder => folder.Length > 0).Select(Path.GetFullPath).Distinct()];
        return named.Length > 0 ? named : [""];
    }

    /// <summary>The zip of an official app; a test that asks for it is inconclusive without it.</summary>
    internal static string OfficialApp(string name)
    {
        string folder = Environment.GetEnvironmentVariable(AppsVariable) ?? "";
        if (folder.Length == 0) Assert.Inconclusive($"{AppsVariable} names no folder with zips of official apps, such as {name}.zip.");
        string zip = Path.Combine(folder, name + ".zip");
        if (!File.Exists(zip)) Assert.Inconclusive($"{AppsVariable} has no {name}.zip.");
        return zip;
    }
}
