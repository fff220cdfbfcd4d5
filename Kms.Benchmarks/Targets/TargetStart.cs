using System.Text.Json.Nodes;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>Starts targets.</summary>
internal static class TargetStart
{
    private const int Plenty = 10_000_000;

    /// <summary>The names of targets on the command line.</summary>
    public static readonly string[] Names = ["lab", "real"];

    /// <summary>No other limits than the default ones.</summary>
    public static JsonObject DefaultLimits => [];

    /// <summary>Limits that nothing here reaches: what is measured is the work.</summary>
    public static JsonObject NoLimits
    {
        get
        {
            JsonObject limits = new() { ["keyTableEntries"] = Plenty, ["replayEntriesForHost"] = Plenty, ["replayEntriesForNeighbour"] = Plenty, ["replayEntries"] = Plenty, ["knownHosts"] = Plenty, ["knownMisses"] = Plenty };
            foreach (string rate in (string[])["checksForHost", "failedChecks", "checksForNeighbour", "checksForOthers", "checksForAddress", "truncationsForAddress", "signaturesForHost", "signaturesForNeighbour", "inquiriesForHost", "deliveriesToDestination"])
                limits[rate] = new JsonObject { ["perSecond"] = Plenty, ["burst"] = Plenty };
            return limits;
        }
    }

    /// <summary>Starts the target of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="authentication">How KMSs authenticate to each other.</param>
    /// <param name="limits">The object <c>limits</c> of every KMS.</param>
    /// <param name="lifetime">How long attestations count; null: as by default.</param>
    public static async Task<ITarget> StartAsync(string name, SealKind authentication, JsonObject limits, TimeSpan? lifetime = null) =>
        name == "real" ? await RealTarget.StartAsync(authentication, limits, lifetime) : await LabTarget.StartAsync(depth: 0, authentication, limits, lifetime);
}
