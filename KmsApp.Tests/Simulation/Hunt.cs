using System.Globalization;

namespace KmsApp.Tests.Simulation;

/// <summary>Looks for a seed that shows a fault. Called across load contexts, so with types of the platform alone.</summary>
internal static class Hunt
{
    public static string? FirstViolation(ulong first, int count)
    {
        KeyPool keys = new();
        for (int i = 0; i < count; i++)
        {
            ulong seed = first + (ulong)i;
            if (SimulationRun.Of(seed, keys).Violation is { } violation) return string.Create(CultureInfo.InvariantCulture, $"after {i + 1} seeds: {violation}");
        }
        return null;
    }
}
