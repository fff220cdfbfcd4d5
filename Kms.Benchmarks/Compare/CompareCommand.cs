using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Kms.Benchmarks;

/// <summary><c>compare</c>: what inquiries cost against what others do, in one run, as a section of docs/BENCHMARKS.md.</summary>
internal static partial class CompareCommand
{
    /// <summary>Says that this process has a network namespace of its own: nothing that runs in it reaches any other machine.</summary>
    private const string AloneVariable = "KMS_BENCHMARKS_ALONE";

    private static readonly string[] Parts = ["warm", "cold", "growth"];

    public static Command Create()
    {
        Option<string[]> parts = new("--only") { Description = "Some parts only: warm, cold, growth.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => Parts };
        parts.AcceptOnlyFromAmong(Parts);
        Option<int> rounds = new("--rounds") { Description = "How many rounds.", DefaultValueFactory = _ => 5 };
        Option<double> seconds = new("--seconds") { Description = "How long each turn takes.", DefaultValueFactory = _ => 3 };
        Option<string?> page = new("--page") { Description = "The page whose section is written, between <!-- compare --> and <!-- /compare -->." };
        Command command = new("compare", "Compares inquiries with TXT records, with DNSSEC, and with themselves as things grow.") { parts, rounds, seconds, page };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (await RunAloneAsync(parsed.Tokens.Select(token => token.Value), cancellation) is { } code) return code;
            TimeSpan length = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            string[] targets = Environment.GetEnvironmentVariable("TECHNITIUM_DIR") is { Length: > 0 } ? ["lab", "real"] : ["lab"];
            List<string> sections = [];
            foreach (string part in parsed.GetValue(parts)!)
            {
                string section = part switch
                {
                    "warm" => await WarmComparison.RunAsync(targets, parsed.GetValue(rounds), length),
                    "cold" when DnssecServers.Missing is { Count: > 0 } missing => $"(Not compared with DNSSEC: {string.Join(", ", missing)} not installed.)\n",
                    "cold" => await ColdComparison.RunAsync(targets, parsed.GetValue(rounds), length),
                    _ => await Growth.RunAsync(length),
                };
                Console.WriteLine(section);
                sections.Add(section);
            }
            if (parsed.GetValue(page) is { } path) await WriteAsync(path, string.Join("\n", sections), cancellation);
            return 0;
        });
        return command;
    }

    /// <summary>Runs this command again where there is no other network; null: it runs there.</summary>
    private static async Task<int?> RunAloneAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        if (Environment.GetEnvironmentVariable(AloneVariable) == "1") return null;
        string program = Path.Combine(AppContext.BaseDirectory, "Kms.Benchmarks.dll");
        ProcessStartInfo start = new("unshare", ["-n", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh", "dotnet", program, .. arguments]) { Environment = { [AloneVariable] = "1" } };
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode;
    }

    private static async Task WriteAsync(string path, string section, CancellationToken cancellation)
    {
        string page = await File.ReadAllTextAsync(path, cancellation);
        if (!Section().IsMatch(page)) throw new InvalidOperationException($"{path} has no <!-- compare --> and <!-- /compare -->.");
        await File.WriteAllTextAsync(path, Section().Replace(page, $"<!-- compare -->\n\n{section.Replace("$", "$$", StringComparison.Ordinal).TrimEnd()}\n\n<!-- /compare -->"), cancellation);
    }

    [GeneratedRegex("<!-- compare -->.*<!-- /compare -->", RegexOptions.Singleline)]
    private static partial Regex Section();
}
