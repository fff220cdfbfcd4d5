using System.CommandLine;
using System.Diagnostics;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>The command line of the lab.</summary>
internal sealed class LabCommand
{
    /// <summary>The exit code where every line is as expected.</summary>
    public const int Good = 0;

    /// <summary>The exit code where one is not, or the command line is wrong.</summary>
    public const int Bad = 1;

    private readonly Option<int?> _depth = new("--depth") { Description = $"A chain of so many domains ({HierarchyPlan.LeastDepth} to {HierarchyPlan.GreatestDepth}) instead of the seed's Fig. 7." };
    private readonly Option<string> _authentication = new("--authentication") { Description = "How KMSs and hosts authenticate to each other: signature or mac.", DefaultValueFactory = _ => "signature" };
    private readonly Option<bool> _serve = new("--serve") { Description = "Then keep a hierarchy up, and print commands to paste." };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON, for machines." };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Print the content of each message, too." };
    private readonly Func<HierarchyPlan, IReadOnlyList<LabCheck>> _checksFor;
    private readonly TextWriter _output;
    private readonly bool _isTerminal;

    /// <summary>Makes the command.</summary>
    /// <param name="output">Where it prints.</param>
    /// <param name="isTerminal">Whether that is a terminal.</param>
    /// <param name="checksFor">The checks; null: all.</param>
    public LabCommand(TextWriter output, bool isTerminal, Func<HierarchyPlan, IReadOnlyList<LabCheck>>? checksFor = null)
    {
        (_output, _isTerminal, _checksFor) = (output, isTerminal, checksFor ?? CheckList.For);
        _authentication.AcceptOnlyFromAmong("signature", "mac");
        _depth.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, out int depth) && depth is >= HierarchyPlan.LeastDepth and <= HierarchyPlan.GreatestDepth))
                result.AddError($"--depth is a whole number from {HierarchyPlan.LeastDepth} to {HierarchyPlan.GreatestDepth}, and not '{text}'.");
        });
    }

    /// <summary>Runs the lab.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        RootCommand command = new("Runs the seed's Fig. 7 and Fig. 8 on loopback: DNS servers with KmsApp.zip, hosts that ask, and packets that must be abandoned.")
        {
            _depth, _authentication, _serve, _json, _verbose,
        };
        command.SetAction(ExecuteAsync);
        InvocationConfiguration configuration = new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(10), Output = _output, Error = _output };
        return command.Parse(args).InvokeAsync(configuration, cancellationToken);
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        HierarchyPlan plan = parsed.GetValue(_depth) is { } depth ? HierarchyPlan.Chain(depth) : HierarchyPlan.Figure7;
        SealKind authentication = parsed.GetValue(_authentication) == "mac" ? SealKind.Mac : SealKind.Signature;
        LabReport report = await CheckAsync(plan, authentication, cancellationToken);
        if (parsed.GetValue(_json)) await _output.WriteLineAsync(JsonReport.Of(report));
        else new TableReport(TableReport.ConsoleFor(_output, _isTerminal), parsed.GetValue(_verbose)).Write(report);

        // On a fresh one, whose clocks are right: a host on this machine can speak to it.
        if (parsed.GetValue(_serve) && !cancellationToken.IsCancellationRequested) await ServeAsync(plan, authentication, cancellationToken);
        return report.IsGood ? Good : Bad;
    }

    private async Task<LabReport> CheckAsync(HierarchyPlan plan, SealKind authentication, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        List<LabResult> results = [];
        (string, string, string)[] servers;
        await using (Hierarchy hierarchy = await Hierarchy.StartAsync(plan, authentication, patience: Hierarchy.Patient))
        {
            servers = [.. hierarchy.Nodes.Select(node => (node.Name.Value, node.Domain.Value, node.Endpoint.ToString()))];
            foreach (LabCheck check in _checksFor(plan))
            {
                if (cancellationToken.IsCancellationRequested) break;
                results.Add(await check.RunAsync(hierarchy));
            }
        }
        return new LabReport(plan, authentication, servers, results, Stopwatch.GetElapsedTime(start));
    }

    private async Task ServeAsync(HierarchyPlan plan, SealKind authentication, CancellationToken cancellationToken)
    {
        await using Hierarchy hierarchy = await Hierarchy.StartAsync(plan, authentication, warm: false);
        Invitation.Write(hierarchy, _output);
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
