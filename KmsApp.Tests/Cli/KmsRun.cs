using Kms.Cli;

namespace KmsApp.Tests.Cli;

/// <summary>Runs <c>kms</c> in this process.</summary>
internal static class KmsRun
{
    /// <summary>Runs a command line.</summary>
    /// <param name="environment">Changes the environment that the command is given.</param>
    /// <param name="arguments">The command line.</param>
    public static async Task<CommandRun> RunAsync(Func<CommandEnvironment, CommandEnvironment> environment, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = await new KmsCommand(environment(new CommandEnvironment { Output = output, Error = error, Variable = _ => null })).RunAsync(arguments);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command line.</summary>
    public static Task<CommandRun> RunAsync(params string[] arguments) => RunAsync(environment => environment, arguments);
}
