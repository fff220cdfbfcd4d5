using System.Net;

namespace Kms.Benchmarks;

/// <summary>The addresses that connections of an attack come from.</summary>
internal static class Sources
{
    private const int Many = 50;

    /// <summary>One of them.</summary>
    public static IPAddress Any() => new([127, 0, 3, (byte)(1 + Random.Shared.Next(Many))]);
}
