using Kms.Protocol;

namespace Kms.Server;

/// <summary>Signs attestations as the trust anchor: step 55 of Fig. 5.</summary>
internal sealed class Attestor(KeyTable table, IKeyServerJournal journal, TimeProvider time)
{
    /// <summary>By the hash of the question; their number is a power of two.</summary>
    private readonly Lock[] _locks = [.. Enumerable.Range(0, 16).Select(_ => new Lock())];

    /// <summary>
    /// The attestation of a key by this KMS. The newest one serves again while it says what a new one would, and half its
    /// life is left.
    /// </summary>
    /// <returns>Null where the published key has ended.</returns>
    public KeyTableEntry? Attest(KeyServerConfiguration configuration, KeyQuestion question, PublishedKey published)
    {
        // One of those who ask at once signs; the others find what it signed.
        lock (_locks[question.GetHashCode() & (_locks.Length - 1)])
        {
            DateTimeOffset now = time.GetUtcNow();
            if (table.Find(question) is { } newest && Serves(newest, configuration, published, now)) return newest;

            DateTimeOffset at = UnixTime.Floor(published.At);
            DateTimeOffset expires = EndOf(at, configuration, published);
            if (expires <= now || expires <= at) return null;

            Attestation attestation = new(question.Name, question.Use, published.Key, configuration.Name, at, expires);
            if (!MessageText.TrySign(attestation, configuration.Key, out MessageText? text))
                throw new InvalidOperationException("An attestation is shorter than the request that brought its key.");
            KeyTableEntry entry = new(text, configuration.Key.PublicKey);
            table.Keep(entry, configuration.Limits.KeyTableEntries);
            journal.Record(new JournalEvent(JournalEventKind.Attested, question, default, null));
            return entry;
        }
    }

    private static bool Serves(KeyTableEntry newest, KeyServerConfiguration configuration, PublishedKey published, DateTimeOffset now)
    {
        Attestation attestation = newest.Attestation;
        return configuration.Key.PublicKey.Equals(newest.VerifiedBy)
            && attestation.Key.Equals(published.Key)
            && attestation.Expires == EndOf(attestation.At, configuration, published)
            && (attestation.Expires - now) * 2 >= attestation.Expires - attestation.At;
    }

    /// <summary>The end of an attestation: never past the published end of its key.</summary>
    private static DateTimeOffset EndOf(DateTimeOffset at, KeyServerConfiguration configuration, PublishedKey published)
    {
        DateTimeOffset end = at + configuration.AttestationLifetime;
        return published.Expires < end ? published.Expires.Value : end;
    }
}
