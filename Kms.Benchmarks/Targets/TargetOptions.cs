using System.CommandLine;
using System.Text.Json.Nodes;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary><c>--target</c> and <c>--authentication</c>: what is under load, and how it and its hosts authenticate.</summary>
internal sealed class TargetOptions
{
    private const string Signature = "signature", Mac = "mac";

    private readonly Option<string> _target = new("--target") { Description = "What is under load: the lab, or real servers (TECHNITIUM_DIR).", DefaultValueFactory = _ => TargetStart.Names[0] };
    private readonly Option<string> _authentication = new("--authentication") { Description = $"{Signature} or {Mac}.", DefaultValueFactory = _ => Signature };

    /// <summary>Adds them to a command.</summary>
    public TargetOptions(Command command)
    {
        _target.AcceptOnlyFromAmong(TargetStart.Names);
        _authentication.AcceptOnlyFromAmong(Signature, Mac);
        command.Add(_target);
        command.Add(_authentication);
    }

    /// <summary>How is authenticated.</summary>
    public SealKind SealOf(ParseResult parsed) => parsed.GetValue(_authentication) == Mac ? SealKind.Mac : SealKind.Signature;

    /// <summary>Starts the target.</summary>
    /// <inheritdoc cref="TargetStart.StartAsync"/>
    public Task<ITarget> StartAsync(ParseResult parsed, JsonObject limits, TimeSpan? lifetime = null) => TargetStart.StartAsync(parsed.GetValue(_target)!, SealOf(parsed), limits, lifetime);
}
