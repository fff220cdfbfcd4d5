using System.Text;

namespace KmsApp.Tests;

/// <summary>A block of commands in a page.</summary>
/// <param name="Title">The section it stands in, and its place there.</param>
/// <param name="Role">What is marked beside "sh": "settings", for what everybody puts in of their own, or at which host it is run; or empty.</param>
/// <param name="Commands">The commands.</param>
/// <param name="Shown">What the page shows as their output; empty where it shows nothing.</param>
internal sealed record CommandBlock(string Title, string Role, string Commands, string Shown)
{
    private const string Language = "sh";
    private const string Fence = "```";

    /// <summary>Whether it says what everybody puts in of their own: addresses, a folder.</summary>
    internal bool IsSettings => Role == "settings";

    /// <summary>The section it stands in.</summary>
    internal string Section => Title[..Title.LastIndexOf(',')];

    /// <summary>The blocks of a page in order: those marked as sh, each with an unmarked one that follows at once as its output.</summary>
    internal static List<CommandBlock> Read(IEnumerable<string> page)
    {
        List<CommandBlock> blocks = [];
        string section = "";
        int inSection = 0;
        string? mark = null;
        bool mayBeOutput = false;
        StringBuilder text = new();
        foreach (string line in page)
        {
            bool isFence = line.StartsWith(Fence, StringComparison.Ordinal);
            if (mark is null && isFence)
            {
                mark = line[Fence.Length..];
                text.Clear();
            }
            else if (isFence)
            {
                bool isCommands = mark!.Split(' ')[0] == Language;
                if (isCommands) blocks.Add(new CommandBlock($"{section}, block {++inSection}", mark[Language.Length..].Trim(), text.ToString(), ""));
                else if (mark == "" && mayBeOutput) blocks[^1] = blocks[^1] with { Shown = text.ToString() };
                mayBeOutput = isCommands;
                mark = null;
            }
            else if (mark is not null)
            {
                text.Append(line).Append('\n');
            }
            else if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                (section, inSection) = (line[3..], 0);
            }
            else if (line.Length > 0)
            {
                mayBeOutput = false;
            }
        }

        return blocks;
    }
}
