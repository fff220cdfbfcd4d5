namespace Kms.Cli;

/// <summary>One of the two ends that a connection through a tunnel joins: each direction ends by itself.</summary>
internal interface ITunnelEnd
{
    /// <summary>Reads what the end sends.</summary>
    /// <returns>The number of bytes; 0 where the end has said that it sends no more.</returns>
    /// <exception cref="IOException">The connection was cut.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Writes to the end; waits while it does not take more.</summary>
    /// <exception cref="IOException">The connection was cut.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Tells the end that nothing more comes. What it still sends is read as before.</summary>
    /// <exception cref="IOException">The connection was cut.</exception>
    Task EndWritingAsync();
}
