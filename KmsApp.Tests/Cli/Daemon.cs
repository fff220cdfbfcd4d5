using System.Collections.Concurrent;
using System.Diagnostics;

namespace KmsApp.Tests.Cli;

/// <summary>A program that runs until it is disposed of.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan EndOfWork = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    internal Daemon(string program, params string[] args)
    {
        _process = Tool.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true });
        _process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has said.</summary>
    internal string Log => string.Join('\n', _lines);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Tool.RunAsync("kill", [$"{_process.Id}"]);
            using CancellationTokenSource late = new(EndOfWork);
            await _process.WaitForExitAsync(late.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited) _process.Kill();
        }
        _process.Dispose();
    }
}
