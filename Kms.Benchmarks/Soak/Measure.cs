namespace Kms.Benchmarks;

/// <summary>Something of the servers that is looked at again and again, and what growth of it is none.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Counter">By what name it is told from inside (a counter of the platform or of the app); null: it is read from the system.</param>
/// <param name="Slack">How much it may grow in the second half, at least.</param>
/// <param name="Part">How much it may grow in the second half, as a part of itself, where that is more.</param>
/// <param name="IsOfWork">Whether it belongs to work under way: afterwards there is as much as before.</param>
internal sealed record Measure(string Name, string? Counter, double Slack, double Part, bool IsOfWork = false)
{
    public static readonly Measure Memory = new("memory, MB", null, 16, 0.05);
    public static readonly Measure UdpSockets = new("UDP sockets", null, 12, 0, IsOfWork: true);
    public static readonly Measure TcpSockets = new("TCP sockets", null, 12, 0, IsOfWork: true);
    public static readonly Measure OtherSockets = new("other sockets", null, 2, 0);
    public static readonly Measure Files = new("other descriptors", null, 8, 0);
    public static readonly Measure Threads = new("threads", null, 16, 0);

    public static readonly Measure Pending = new("inquiries under way", "kms.table.pending", 16, 0, IsOfWork: true);

    /// <summary>All of them.</summary>
    public static readonly Measure[] All =
    [
        Memory,
        new("managed heap, MB", "gc-heap-size", 8, 0.1),
        UdpSockets, TcpSockets, OtherSockets, Files, Threads,
        new("timers", "active-timer-count", 50, 0.1, IsOfWork: true),
        new("work that waits for a thread", "threadpool-queue-length", 16, 0, IsOfWork: true),
        new("attestations in tables", "kms.table.attestations", 100, 0.05),
        Pending,
        new("requests passed on", "kms.table.relays", 16, 0, IsOfWork: true),
        new("requests remembered", "kms.table.remembered", 500, 0.05),
        new("hosts at hand", "kms.table.hosts", 100, 0.05),
        new("faults", "kms.faults", 0, 0),
    ];

    /// <summary>How much it may grow in the second half, when it is so much then.</summary>
    public double BoundAt(double value) => Math.Max(Slack, Part * value);
}
