using Kms.Cli;

namespace KmsApp.Tests.Cli;

/// <summary>What a run of <c>kms</c> came to.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Output">The result.</param>
/// <param name="Error">What was said to people.</param>
internal sealed record CommandRun(int Code, string Output, string Error)
{
    /// <summary>Runs it in this process.</summary>
    /// <param name="folder">The folder of the host's settings.</param>
    /// <param name="args">The arguments.</param>
    internal static Task<CommandRun> OfAsync(string folder, params string[] args) => OfAsync(folder, environment => environment, args);

    /// <summary>The same in another environment.</summary>
    internal static async Task<CommandRun> OfAsync(string folder, Func<CommandEnvironment, CommandEnvironment> change, string[] args, CancellationToken cancellationToken = default)
    {
        using StringWriter output = new(), error = new();
        CommandEnvironment environment = change(new() { Output = output, Error = error, Variable = name => name == HostFolder.Variable ? folder : null });
        int code = await new KmsCommand(environment).RunAsync(args, cancellationToken);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Fails unless the exit code is the expected one.</summary>
    internal CommandRun Expect(ExitCode code)
    {
        Assert.AreEqual(code, (ExitCode)Code, Output + Error);
        return this;
    }
}
