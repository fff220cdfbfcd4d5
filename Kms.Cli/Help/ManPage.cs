using System.CommandLine;

namespace Kms.Cli;

/// <summary>Writes the manual page (man(7)) of a command line.</summary>
internal static class ManPage
{
    public static void Write(RootCommand root, TextWriter output)
    {
        output.WriteLine(".TH KMS 1 \"\" \"KmsApp\" \"User Commands\"");
        Section("NAME");
        output.WriteLine("kms \\- the public key of another host, by its name");
        Section("SYNOPSIS");
        foreach ((string path, Command command) in Leaves(root, "kms")) output.WriteLine($".B {Text(path)}\n{Text(Usage(command))}\n.br");
        Section("DESCRIPTION");
        output.WriteLine(Text(root.Description));
        output.WriteLine(Text("A key counts only with the signature of a KMS that this host trusts (kms trust) and whose domain holds the name."));
        Section("COMMANDS");
        foreach ((string path, Command command) in Leaves(root, "kms"))
        {
            output.WriteLine($".SS {Text(path)} {Text(Usage(command))}");
            output.WriteLine(Text(command.Description));
            foreach (Argument argument in command.Arguments) Item(argument.Name, argument.Description);
            foreach (Option option in command.Options.Where(option => !option.Hidden && option.Name != "--help")) Item(Words(option), option.Description);
        }
        Section("OPTIONS OF EVERY COMMAND");
        foreach (Option option in root.Options.Where(option => !option.Hidden)) Item(Words(option), option.Description);
        Section("EXIT STATUS");
        Item("0", "Done; a key that was asked for was found.");
        Item("1", "The command line or the configuration cannot be used.");
        Item("2", "The name has no such key.");
        Item("3", "What came was refused by a check, or a key that was known is now said not to exist. Do not connect.");
        Item("4", "There was no answer, or something else failed.");
        Section("FILES");
        Item("/etc/kms, ~/.config/kms", "The folder of kms.json (name, kms, trust), the host's private key and its key table. Another one: --config, KMS_CONFIG.");
        Section("SEE ALSO");
        output.WriteLine(Text("ssh_config(5), swanctl(8), wg(8), nsupdate(1), dig(1)"));

        void Section(string title) => output.WriteLine($".SH {title}");
        void Item(string term, string? description) => output.WriteLine($".TP\n.B {Text(term)}\n{Text(description)}");
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [(path, command)]
        : command.Subcommands.Where(sub => !sub.Hidden).SelectMany(sub => Leaves(sub, $"{path} {sub.Name}"));

    private static string Usage(Command command) => string.Join(' ', [.. command.Arguments.Select(argument => argument.Name), "[options]"]);

    private static string Words(Option option) =>
        string.Join(", ", [option.Name, .. option.Aliases]) + (option.HelpName is { } help ? $" {help}" : "");

    /// <summary>A text of one line: "\" and "-" would be taken for something else, and so would a dot at the start.</summary>
    private static string Text(string? text)
    {
        string line = (text ?? "").ReplaceLineEndings(" ").Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return line.StartsWith('.') || line.StartsWith('\'') ? "\\&" + line : line;
    }
}
