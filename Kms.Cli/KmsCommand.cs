using System.CommandLine;

namespace Kms.Cli;

/// <summary>The command line: <c>kms</c> and its subcommands.</summary>
internal sealed class KmsCommand(CommandEnvironment environment)
{
    /// <summary>Runs it.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public Task<int> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        InvocationConfiguration configuration = new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(5), Output = environment.Output, Error = environment.Error };
        ParserConfiguration parser = new() { ResponseFileTokenReplacer = null }; // "@..." is an argument like any other
        return Create().Parse(args, parser).InvokeAsync(configuration, cancellationToken);
    }

    /// <summary>The root command with all of them.</summary>
    public RootCommand Create()
    {
        CommandContext context = new(environment);
        RootCommand root = new("Gets the public key of another host by its name, checks it, keeps it, and hands it to ssh, TLS, IPsec and WireGuard.")
        {
            new InitCommand(context).Create(),
            new EnrollCommand(context).Create(),
            new RotateCommand(context).Create(),
            new GetCommand(context).Create(),
            new ExplainCommand(context).Create(),
            new WatchCommand(context).Create(),
            new ListCommand(context).Create(),
            new ForgetCommand(context).Create(),
            new TrustCommand(context).Create(),
            new TunnelCommand(context).Create(),
            new CertificateCommand(context).Create(),
            new KeyRecordCommand(context).Create(),
            new KnownHostsCommand(context).Create(),
            new ExportCommand(context).Create(),
            new CompletionCommand(context).Create(),
            new ManCommand(context, Create).Create(),
        };
        root.Options.Add(context.ConfigurationFolder);
        return root;
    }
}
