using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Kms.Lab;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>The lab's hierarchy, in one process of its own.</summary>
internal sealed class LabTarget : ITarget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1);

    private LabTarget(Process process, JsonNode description, string title)
    {
        (_process, Title) = (process, title);
        Use = new ProcessUse(process.Id);
        Asked = new Asked(
            Name("name"), Name("domain"), IPEndPoint.Parse(Text("dns")), PublicKey.Parse(Text("key")),
            Name("anchor"), Name("anchorDomain"), PublicKey.Parse(Text("anchorKey")), Name("otherDomain"));

        string Text(string key) => (string)description[key]!;
        DomainName Name(string key) => DomainName.Parse(Text(key));
    }

    public string Title { get; }

    public Asked Asked { get; }

    public ProcessUse Use { get; }

    /// <summary>Starts it.</summary>
    /// <param name="depth">A chain of so many domains; 0: Fig. 7.</param>
    /// <param name="authentication">How KMSs authenticate to each other; with MACs hosts may use either.</param>
    /// <param name="limits">The object <c>limits</c> of every KMS.</param>
    /// <param name="lifetime">How long attestations count; null: as in every lab.</param>
    public static async Task<LabTarget> StartAsync(int depth, SealKind authentication, JsonObject limits, TimeSpan? lifetime = null)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Kms.Benchmarks.dll");
        ProcessStartInfo start = new("dotnet", [program, LabService.Verb, depth.ToString(CultureInfo.InvariantCulture), authentication.ToString(), limits.ToJsonString(), (lifetime ?? Hierarchy.AttestationLifetime).ToString("c")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!;
        string? description = await process.StandardOutput.ReadLineAsync();
        if (description is null) throw new InvalidOperationException("The lab has ended before it was up.");
        return new LabTarget(process, JsonNode.Parse(description)!, depth == 0 ? "the lab" : string.Create(CultureInfo.InvariantCulture, $"the lab, {depth} levels"));
    }

    public Task MoveUpperAsync(IPEndPoint? address) => TellAsync([$"{LabService.Upper}{address}"]);

    public Task PublishAsync(IReadOnlyCollection<KeyRecord> records) => TellAsync(records.Select(record => MessageText.Of(record).ToString()));

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }
        catch (IOException)
        {
            // It has ended before.
        }
        _process.Dispose();
        _turn.Dispose();
    }

    private async Task TellAsync(IEnumerable<string> lines)
    {
        await _turn.WaitAsync();
        try
        {
            foreach (string line in lines) await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.WriteLineAsync(LabService.Barrier);
            await _process.StandardInput.FlushAsync();
            if (await _process.StandardOutput.ReadLineAsync() != LabService.Barrier) throw new InvalidOperationException("The lab has ended.");
        }
        finally
        {
            _turn.Release();
        }
    }
}
