using System.Globalization;

namespace Kms.Lab;

/// <summary>What can be done with a hierarchy that is kept up: commands to paste.</summary>
internal static class Invitation
{
    /// <summary>The commands, each after a word on what it shows.</summary>
    public static IEnumerable<(string Shows, string Command)> Commands(Hierarchy hierarchy)
    {
        KmsNode kms = hierarchy.KmsOfA;
        string server = string.Create(CultureInfo.InvariantCulture, $"dig @{kms.Endpoint.Address} -p {kms.Endpoint.Port} +norec");
        yield return ("the record that publishes A's key", $"{server} _kms.{hierarchy.A.Name} TXT");
        yield return ("an ordinary address, from the same server", $"{server} www.{kms.Domain} A");
        yield return ("a mail exchange, over TCP", $"{server} +tcp {kms.Domain} MX");
        yield return ("a name that does not exist", $"{server} nobody.{kms.Domain} A");
        yield return ("the record that publishes B's key, at its own KMS",
            string.Create(CultureInfo.InvariantCulture, $"dig @{hierarchy.KmsOfB.Endpoint.Address} -p {hierarchy.KmsOfB.Endpoint.Port} +norec _kms.{hierarchy.B.Name} TXT"));
        string asker = LabHostFolder.In(hierarchy.Folder, hierarchy.A.Name.Value);
        yield return ("the key of B, asked for by A, step by step", $"dotnet run --project Kms.Cli -- explain {hierarchy.B.Name} --config {asker}");
    }

    /// <summary>Where the files of the hierarchy lie.</summary>
    public static IEnumerable<(string What, string Path)> Files(Hierarchy hierarchy)
    {
        foreach (KmsNode node in hierarchy.Nodes)
        {
            string folder = KmsNode.AppFolderIn(hierarchy.Folder, node.Name.Value);
            yield return ($"key of {node.Name}", Path.Combine(folder, KeyFiles.OfKms));
            yield return ($"its configuration", Path.Combine(folder, "dnsApp.config"));
        }
        foreach (LabHost host in hierarchy.Hosts) yield return ($"{host.Name}, for kms", LabHostFolder.In(hierarchy.Folder, host.Name.Value));
    }

    public static void Write(Hierarchy hierarchy, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"The hierarchy is up ({hierarchy.Plan.Title}).");
        foreach (KmsNode node in hierarchy.Nodes) output.WriteLine($"  {node.Name} serves {node.Domain} at {node.Endpoint}");
        output.WriteLine("To paste:");
        foreach ((string shows, string command) in Commands(hierarchy)) output.WriteLine($"  # {shows}{Environment.NewLine}  {command}");
        output.WriteLine("Files, which go when this ends:");
        foreach ((string what, string path) in Files(hierarchy)) output.WriteLine($"  {what}: {path}");
        output.WriteLine("Ctrl+C ends it.");
        output.Flush();
    }
}
