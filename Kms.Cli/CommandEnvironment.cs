using Kms.Protocol;

namespace Kms.Cli;

/// <summary>What the command takes from outside.</summary>
internal sealed record CommandEnvironment
{
    /// <summary>Where the result goes: what a program reads.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where everything else goes: what a person reads.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Where a file named "-" is read from.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Whether <see cref="Output"/> is a terminal: colours and tables that fit its width.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Tells the time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Carries packets to the KMS.</summary>
    public IDnsWire Wire { get; init; } = new SocketDnsWire();

    /// <summary>Environment variables.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The one of this process.</summary>
    public static CommandEnvironment OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        Input = Console.In,
        IsTerminal = !Console.IsOutputRedirected,
    };
}
