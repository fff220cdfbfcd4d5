namespace Kms.Cli;

/// <summary>
/// The plain end that is this process's own standard input and output. When the other side sends no more, the connection is over:
/// a terminal or a pipe at the input may never end, and a read of it cannot be called back.
/// </summary>
internal sealed class StandardEnd : ITunnelEnd, IDisposable
{
    private readonly Stream _input = Console.OpenStandardInput();
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly CancellationTokenSource _over = new();

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // Into memory of its own: the read may go on when this has long returned.
        byte[] own = new byte[buffer.Length];
        try
        {
            int read = await Task.Run(() => _input.Read(own), cancellationToken).WaitAsync(_over.Token).WaitAsync(cancellationToken);
            own.AsSpan(0, read).CopyTo(buffer.Span);
            return read;
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            return 0;
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        await _output.WriteAsync(data, cancellationToken);
        await _output.FlushAsync(cancellationToken);
    }

    public Task EndWritingAsync() => _over.CancelAsync();

    public void Dispose() => _over.Dispose();
}
