using System.Net;

namespace Kms.Benchmarks;

/// <summary>How a load is sent.</summary>
/// <param name="Target">Where to.</param>
/// <param name="Mix">What.</param>
/// <param name="Length">For how long.</param>
internal sealed record LoadPlan(IPEndPoint Target, Mix Mix, TimeSpan Length)
{
    /// <summary>Packets a second, sent whatever comes back (open loop); null: each as soon as another was answered (closed loop).</summary>
    public int? Rate { get; init; }

    /// <summary>How many packets wait for their answers at a time, in a closed loop.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>Over how many sockets, each with threads of its own.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>From how many loopback addresses, each of which has a socket; 0: from whichever the system chooses.</summary>
    public int Addresses { get; init; }

    /// <summary>After how long an answer counts as lost.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Of how many answers to honest inquiries one is checked completely.</summary>
    public int CheckOneOf { get; init; } = 64;

    /// <summary>Decides the order of the kinds.</summary>
    public int Seed { get; init; } = 1;
}
