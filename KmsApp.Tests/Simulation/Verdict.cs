using System.Collections.Immutable;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>Judges what hosts believe, by the truth (docs/PROTOCOL.md sections 8 and 9).</summary>
internal sealed class Verdict(World world)
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    /// <summary>How much farther two clocks may be apart after the life of an attestation than before.</summary>
    private static readonly TimeSpan ClocksDriftApart = TimeSpan.FromSeconds(8);

    /// <summary>Judges a result.</summary>
    /// <param name="host">Who asked.</param>
    /// <param name="name">The name asked for.</param>
    /// <param name="use">The use asked for.</param>
    /// <param name="result">What it was told.</param>
    /// <param name="began">When it asked.</param>
    /// <param name="known">The keys of its anchors at that time.</param>
    public void Judge(
        SimulatedHost host, DomainName name, Use use, KeyResult result, TimeSpan began, ImmutableArray<(SimulatedKms Kms, KeyPair Key)> known)
    {
        if (result is KeyFailed { Kind: var kind }) world.Truth.Count($"host: {kind}");
        else if (result is KeyRefused { Check: var check }) world.Truth.Count($"host: refuses {check}");
        else if (result is KeyFound { Source: var source }) world.Truth.Count($"host: has the key from {source}");
        else world.Truth.Count($"host: {result.GetType().Name}");
        if (world.Time.Elapsed - began > (ExchangeSchedule.Host.GivenUp * host.Kms.Nodes.Count) + Instant) world.Fail($"{host.Name} waited {world.Time.Elapsed - began} for {name}");
        if (result.Name != name || result.Use != use) world.Fail($"{host.Name} asked for {name} {use} and was told of {result.Name} {result.Use}");
        switch (result)
        {
            case KeyFound found:
                Judge(host, found, began, known);
                break;
            case KeyAbsent absent:
                Judge(host, absent);
                break;
        }
    }

    private void Judge(SimulatedHost host, KeyFound found, TimeSpan began, ImmutableArray<(SimulatedKms Kms, KeyPair Key)> known)
    {
        KeyTableEntry entry = found.Entry;
        Attestation attestation = entry.Attestation;
        SimulatedKms? anchor = host.Anchors.Where(kms => found.Name.IsHeldBy(kms.Domain)).MaxBy(kms => kms.Domain.Value.Length);
        string what = $"{host.Name} accepted the key of {found.Name} {found.Use} by {attestation.Kms} of {attestation.At:u}";
        DateTimeOffset now = host.Clock.GetUtcNow();
        if (anchor is null || attestation.Kms != anchor.Name) world.Fail($"{what}, which is not its anchor");
        else if (!IsSigned(entry.Text, [.. known.Where(k => k.Kms == anchor).Select(k => k.Key).Union(host.KeysOf(anchor))])) world.Fail($"{what}, which its anchor did not sign with a key that the host has");
        if (!attestation.Key.Equals(found.Key)) world.Fail($"{what}, and was handed another");
        if (now >= attestation.Expires) world.Fail($"{what}, which ended at {attestation.Expires:u}, at {now:u}");
        if (attestation.Expires - attestation.At > Spec.MaximumAttestationLifetime) world.Fail($"{what}, which lives too long");
        if (!world.Truth.IsTrue(attestation)) world.Fail($"{what}, which is not true");
        MustNotOutliveItsKey(host, found, what);
        if (found.Source == KeySource.OwnTable)
        {
            if (host.Table.LastFor(attestation.Question)?.Text.Digest != entry.Text.Digest) world.Fail($"{what} from its table, which did not take it last");
        }
        else if (world.Oracle.FaultOfAcceptance(host, entry.Text.Digest, began) is { } fault)
        {
            world.Fail($"{what}, {fault}");
        }
    }

    /// <summary>A key that was taken out of its zone lives on for as long as an attestation does, and the time between two readings.</summary>
    private void MustNotOutliveItsKey(SimulatedHost host, KeyFound found, string what)
    {
        SimulatedKms serving = world.Truth.Serving(found.Name)!;
        if (host.Clock.WasSet || serving.Clock.WasSet || world.Truth.RouteOf(host, found.Name).Any(kms => kms.IsCompromised)) return;
        TimeSpan apart = (host.Clock.GetUtcNow() - serving.Clock.GetUtcNow()).Duration() + ClocksDriftApart;
        if (world.Truth.Withdrawn(found.Name, found.Use, found.Key) is { } at && world.Time.Elapsed - at > world.Plan.AttestationLifetime + world.Limits.KeyRefresh + apart)
            world.Fail($"{what}, which has not been in its zone since {at}, at {world.Time.Elapsed}");
    }

    /// <summary>Judges what a host keeps, whoever waits for it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="before">What it kept before for the same question.</param>
    /// <param name="now">The time, by its clock.</param>
    public void Judge(SimulatedHost host, KeyTableEntry entry, SimulatedTable.Kept? before, DateTimeOffset now)
    {
        Attestation attestation = entry.Attestation;
        string what = $"{host.Name} kept the key of {attestation.Name} {attestation.Use} by {attestation.Kms} of {attestation.At:u}";
        if (!world.Truth.IsTrue(attestation)) world.Fail($"{what}, which is not true");
        if (attestation.At > now + Spec.AllowedSkew) world.Fail($"{what} at {now:u}, before it was read");
        if (!world.Oracle.HasHeard(host, entry.Text.Digest, TimeSpan.Zero)) world.Fail($"{what}, and no answer of {host.Kms.Name} that came names it");
        if (before is null || now >= before.MarkEnds || before.Entry.Key.Equals(attestation.Key)) return;
        world.Truth.Count("host: keeps another key than before");
        if (attestation.At <= before.MarkAt) world.Fail($"{what} in place of one of {before.MarkAt:u}: a replaced key is back");
    }

    /// <summary>"Has no key" is the word of the KMSs on the way. Honest ones say it only where it is so, or was not long ago.</summary>
    private void Judge(SimulatedHost host, KeyAbsent absent)
    {
        string what = $"{host.Name} believes that {absent.Name} has no {absent.Use} key";
        if (host.Table.HasKept(absent.Name, absent.Use, host.Clock.GetUtcNow())) world.Fail($"{what}, and has accepted one");
        if (world.Truth.RouteOf(host, absent.Name).Any(kms => kms.IsCompromised)) return;
        TimeSpan longest = Spec.UnsolvedWindow + (4 * Spec.AllowedSkew);
        if (world.Truth.PublishedSince(absent.Name, absent.Use) is { } since && world.Time.Elapsed - since > longest) world.Fail($"{what}, which has one since {since}");
    }

    /// <summary>The signature, checked by the platform alone.</summary>
    private static bool IsSigned(MessageText text, IReadOnlyList<KeyPair> keys)
    {
        int seal = text.Text.Span.LastIndexOf("; sig="u8);
        if (seal < 0) return false;
        byte[] signature = Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(text.Text.Span[(seal + 6)..]));
        foreach (KeyPair key in keys)
        {
            if (key.HasSigned(text.Text.Span[..seal], signature)) return true;
        }
        return false;
    }
}
