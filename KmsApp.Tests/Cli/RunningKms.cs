using System.Net;
using System.Text;
using System.Threading.Channels;
using Kms.Cli;

namespace KmsApp.Tests.Cli;

/// <summary>A <c>kms</c> that runs in this process until it is disposed of, and the lines that it tells people.</summary>
internal sealed class RunningKms : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly LineWriter _lines = new();
    private readonly Task<int> _running;

    private RunningKms(TimeProvider time, string[] args)
    {
        CommandEnvironment environment = new() { Output = TextWriter.Null, Error = _lines, Time = time };
        _running = Task.Run(() => new KmsCommand(environment).RunAsync(args, _end.Token));
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; private set; } = null!;

    public static async Task<RunningKms> StartAsync(TimeProvider time, string[] args)
    {
        RunningKms kms = new(time, args);
        kms.Endpoint = EndpointIn(await kms.NextLineAsync());
        return kms;
    }

    /// <summary>The endpoint in the line that says that a tunnel is ready.</summary>
    public static IPEndPoint EndpointIn(string line)
    {
        string[] words = line.Split(' ');
        int at = Array.IndexOf(words, "at");
        return at > 0 && IPEndPoint.TryParse(words[at + 1], out IPEndPoint? endpoint) ? endpoint : throw new AssertFailedException($"It does not listen: {line}");
    }

    /// <summary>Waits for the next line.</summary>
    public ValueTask<string> NextLineAsync() => _lines.Lines.ReadAsync(new CancellationTokenSource(TestWait.Longest).Token);

    /// <summary>Ends it as a signal would.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _end.CancelAsync();
        return await _running.WaitAsync(TestWait.Longest);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
        await _lines.DisposeAsync();
    }

    private sealed class LineWriter : TextWriter
    {
        private readonly Channel<string> _written = Channel.CreateUnbounded<string>();

        public override Encoding Encoding => Encoding.UTF8;

        public ChannelReader<string> Lines => _written.Reader;

        public override void WriteLine(string? value) => _written.Writer.TryWrite(value ?? "");

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }
    }
}
