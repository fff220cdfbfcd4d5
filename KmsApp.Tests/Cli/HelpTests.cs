using System.CommandLine;
using System.Diagnostics;
using Kms.Cli;

namespace KmsApp.Tests.Cli;

/// <summary>What the command tells of itself: help, completion, the manual page.</summary>
[TestClass]
public sealed class HelpTests
{
    private static readonly RootCommand Root = new KmsCommand(new CommandEnvironment { Output = TextWriter.Null, Error = TextWriter.Null }).Create();

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void EveryCommandAndOption_HasAWordOfHelp()
    {
        foreach (Command command in All(Root))
        {
            Assert.IsFalse(string.IsNullOrWhiteSpace(command.Description), command.Name);
            foreach (Symbol symbol in command.Arguments.Cast<Symbol>().Concat(command.Options)) Assert.IsFalse(string.IsNullOrWhiteSpace(symbol.Description), $"{command.Name} {symbol.Name}");
        }
    }

    [TestMethod]
    public async Task Man_NamesEveryCommandAndOption_AndIsReadByMan()
    {
        string page = (await CommandRun.OfAsync("", "man")).Expect(ExitCode.Found).Output;

        foreach (Command command in All(Root).Where(command => command.Subcommands.Count == 0))
        {
            Assert.Contains(command.Name.Replace("-", "\\-", StringComparison.Ordinal), page);
            foreach (Option option in command.Options) Assert.Contains(option.Name.Replace("-", "\\-", StringComparison.Ordinal), page);
        }
        if (!File.Exists("/usr/bin/groff")) Assert.Inconclusive("groff is not installed.");
        (string text, string warnings) = await PipeAsync("/usr/bin/groff", ["-man", "-Tascii", "-ww", "-P-cbou"], page);
        Assert.AreEqual("", warnings);
        Assert.Contains("EXIT STATUS", text);
    }

    [TestMethod]
    public async Task Suggest_APartOfAWord_GivesTheCommands()
    {
        CommandRun run = (await CommandRun.OfAsync("", "[suggest:6]", "kms tr")).Expect(ExitCode.Found);

        Assert.AreEqual("trust", run.Output.Trim());
    }

    [TestMethod]
    public async Task Completion_InBash_CompletesACommand()
    {
        if (!File.Exists("/bin/bash")) Assert.Inconclusive("bash is not installed.");
        string script = (await CommandRun.OfAsync("", "completion", "bash")).Expect(ExitCode.Found).Output;

        (string text, string warnings) = await PipeAsync("/bin/bash", [], $$"""
            kms() { dotnet "{{typeof(KmsCommand).Assembly.Location}}" "$@"; }
            {{script}}
            COMP_LINE="kms expl" COMP_POINT=8 COMP_WORDS=(kms expl) COMP_CWORD=1
            _kms
            echo "${COMPREPLY[@]}"
            """);

        Assert.AreEqual("explain", text.Trim(), warnings);
    }

    [TestMethod]
    [DataRow("zsh")]
    [DataRow("fish")]
    public async Task Completion_OfOtherShells_AsksTheCommandItself(string shell)
    {
        string script = (await CommandRun.OfAsync("", "completion", shell)).Expect(ExitCode.Found).Output;

        Assert.Contains("[suggest:", script);
    }

    [TestMethod]
    public async Task Completion_OfNoShell_IsRefused() => (await CommandRun.OfAsync("", "completion", "tcsh")).Expect(ExitCode.Misused);

    private static IEnumerable<Command> All(Command command) => [command, .. command.Subcommands.SelectMany(All)];

    private async Task<(string Output, string Error)> PipeAsync(string program, string[] arguments, string input)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken), error = process.StandardError.ReadToEndAsync(TestContext.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.CancellationToken);
        return (await output, await error);
    }
}
