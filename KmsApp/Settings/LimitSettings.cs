using Kms.Server;

namespace KmsApp;

/// <summary>The object <c>limits</c> of dnsApp.config. What it leaves out keeps its default.</summary>
internal static class LimitSettings
{
    private const int MostEntries = 100_000_000;
    private const int MostPerSecond = 10_000_000;

    private static readonly string[] Keys =
    [
        "keyTableEntries", "pendingInquiries", "relaysUnderWay", "replayEntriesForHost", "replayEntriesForNeighbour", "replayEntries", "knownHosts", "knownMisses",
        "zoneLookups", "signedRefusals", "keyRefresh", "keyStale", "checksForHost", "failedChecks", "checksForNeighbour", "checksForOthers", "checksForAddress", "truncationsForAddress",
        "signaturesForHost", "signaturesForNeighbour", "inquiriesForHost", "deliveriesToDestination", "rateEntries",
    ];

    /// <summary>Reads the limits.</summary>
    /// <exception cref="SettingsException">A key is unknown, or a value out of range.</exception>
    public static Limits Read(SettingNode? node)
    {
        Limits limits = new();
        if (node is null) return limits;
        SettingObject settings = node.Object(Keys);
        return new Limits
        {
            KeyTableEntries = Count("keyTableEntries", limits.KeyTableEntries),
            PendingInquiries = Count("pendingInquiries", limits.PendingInquiries),
            RelaysUnderWay = Count("relaysUnderWay", limits.RelaysUnderWay),
            ReplayEntriesForHost = Count("replayEntriesForHost", limits.ReplayEntriesForHost),
            ReplayEntriesForNeighbour = Count("replayEntriesForNeighbour", limits.ReplayEntriesForNeighbour),
            ReplayEntries = Count("replayEntries", limits.ReplayEntries),
            KnownHosts = Count("knownHosts", limits.KnownHosts),
            KnownMisses = Count("knownMisses", limits.KnownMisses),
            ZoneLookups = Count("zoneLookups", limits.ZoneLookups),
            SignedRefusals = Count("signedRefusals", limits.SignedRefusals),
            KeyRefresh = settings["keyRefresh"]?.Span(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)) ?? limits.KeyRefresh,
            KeyStale = settings["keyStale"]?.Span(TimeSpan.Zero, TimeSpan.FromHours(1)) ?? limits.KeyStale,
            ChecksForHost = Rate("checksForHost", limits.ChecksForHost),
            FailedChecks = Rate("failedChecks", limits.FailedChecks),
            ChecksForNeighbour = Rate("checksForNeighbour", limits.ChecksForNeighbour),
            ChecksForOthers = Rate("checksForOthers", limits.ChecksForOthers),
            ChecksForAddress = Rate("checksForAddress", limits.ChecksForAddress),
            TruncationsForAddress = Rate("truncationsForAddress", limits.TruncationsForAddress),
            SignaturesForHost = Rate("signaturesForHost", limits.SignaturesForHost),
            SignaturesForNeighbour = Rate("signaturesForNeighbour", limits.SignaturesForNeighbour),
            InquiriesForHost = Rate("inquiriesForHost", limits.InquiriesForHost),
            DeliveriesToDestination = Rate("deliveriesToDestination", limits.DeliveriesToDestination),
            RateEntries = Count("rateEntries", limits.RateEntries),
        };

        int Count(string key, int otherwise) => settings[key]?.Whole(1, MostEntries) ?? otherwise;

        Rate Rate(string key, Rate otherwise)
        {
            if (settings[key]?.Object("perSecond", "burst") is not { } rate) return otherwise;
            const string Why = "write { \"perSecond\": 50, \"burst\": 200 }";
            return new Rate(rate.Required("perSecond", Why).Whole(1, MostPerSecond), rate.Required("burst", Why).Whole(1, MostPerSecond));
        }
    }
}
