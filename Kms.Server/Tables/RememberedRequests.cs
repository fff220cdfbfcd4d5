using System.Runtime.CompilerServices;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// Requests by sender, type and id: a hash table in arrays, without an object for each request. Objects that live for minutes
/// are what a garbage collector can do least with: it moves each of them twice, and they were a quarter of what an inquiry
/// with a MAC cost. Not safe for use from many threads at once.
/// </summary>
internal sealed class RememberedRequests
{
    /// <summary>In place of a request's number: there is none.</summary>
    public const int None = -1;

    /// <summary>Room is made for so many at a time.</summary>
    public const int BlockSize = 1 << BlockBits;

    private const int BlockBits = 10;
    private const int FewestBuckets = 1 << 10;

    private readonly List<Entry[]> _entries = [];
    private readonly List<References[]> _references = [];
    private int[] _buckets = NewBuckets(FewestBuckets);
    private int _firstFree = None;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>For how many there is room.</summary>
    public int Capacity => _entries.Count << BlockBits;

    /// <summary>The number of a request, or <see cref="None"/>.</summary>
    public int Find(SenderShare share, MessageType type, InquiryId id)
    {
        int found = _buckets[BucketOf(HashOf(share, type, id))];
        while (found != None && !Is(found, share, type, id)) found = EntryOf(found).Next;
        return found;
    }

    /// <summary>Adds a request that is not there, and gives it a number until it is removed; <paramref name="after"/> becomes its <see cref="Entry.After"/>.</summary>
    public int Add(SenderShare share, MessageType type, InquiryId id, Digest digest, Task<Response> response, int after)
    {
        Entry entry = new() { Digest = digest, Id = id, Type = type };
        return Add(entry, new References { Share = share, Awaited = response }, after);
    }

    /// <summary>Takes over a request of another table, and all that come after it.</summary>
    /// <param name="other">The other table, which is not used any more.</param>
    /// <param name="first">The number of the first there, or <see cref="None"/>.</param>
    /// <returns>The number here of the one after which the others come.</returns>
    public int TakeOver(RememberedRequests other, int first)
    {
        int newest = None;
        for (int taken = first; taken != None; taken = other.EntryOf(taken).After) newest = Add(other.EntryOf(taken), other.ReferencesOf(taken), newest);
        return newest;
    }

    /// <summary>Removes a request; says whose it was, and its <see cref="Entry.After"/>.</summary>
    public SenderShare Remove(int number, out int after)
    {
        ref Entry entry = ref EntryOf(number);
        SenderShare share = ReferencesOf(number).Share;
        ref int link = ref _buckets[BucketOf(HashOf(share, entry.Type, entry.Id))];
        while (link != number) link = ref EntryOf(link).Next;
        link = entry.Next;
        after = entry.After;
        entry = new Entry { Next = _firstFree };
        ReferencesOf(number) = default;
        _firstFree = number;
        Count--;
        return share;
    }

    /// <summary>What is known of a request.</summary>
    public ref Entry EntryOf(int number) => ref _entries[number >> BlockBits][number & (BlockSize - 1)];

    /// <summary>The objects of a request.</summary>
    public ref References ReferencesOf(int number) => ref _references[number >> BlockBits][number & (BlockSize - 1)];

    private int Add(Entry entry, References references, int after)
    {
        if (Count == _buckets.Length) Widen();
        if (_firstFree == None) AddBlock();
        int added = _firstFree;
        _firstFree = EntryOf(added).Next;
        ref int bucket = ref _buckets[BucketOf(HashOf(references.Share, entry.Type, entry.Id))];
        EntryOf(added) = entry with { Next = bucket, After = after };
        ReferencesOf(added) = references;
        bucket = added;
        Count++;
        return added;
    }

    private bool Is(int number, SenderShare share, MessageType type, InquiryId id)
    {
        ref Entry entry = ref EntryOf(number);
        return entry.Id == id && entry.Type == type && ReferencesOf(number).Share == share;
    }

    // Seeded by the platform: nobody can choose ids that fall together.
    private static int HashOf(SenderShare share, MessageType type, InquiryId id) => HashCode.Combine(RuntimeHelpers.GetHashCode(share), type, id);

    private int BucketOf(int hash) => hash & (_buckets.Length - 1);

    private static int[] NewBuckets(int count)
    {
        int[] buckets = new int[count];
        Array.Fill(buckets, None);
        return buckets;
    }

    private void AddBlock()
    {
        int first = Capacity;
        _entries.Add(new Entry[BlockSize]);
        _references.Add(new References[BlockSize]);
        for (int i = BlockSize - 1; i >= 0; i--)
        {
            EntryOf(first + i).Next = _firstFree;
            _firstFree = first + i;
        }
    }

    private void Widen()
    {
        int[] old = _buckets;
        _buckets = NewBuckets(old.Length * 2);
        foreach (int head in old)
        {
            for (int moved = head, next; moved != None; moved = next)
            {
                ref Entry entry = ref EntryOf(moved);
                next = entry.Next;
                ref int bucket = ref _buckets[BucketOf(HashOf(ReferencesOf(moved).Share, entry.Type, entry.Id))];
                entry.Next = bucket;
                bucket = moved;
            }
        }
    }

    /// <summary>A request, without what the garbage collector would have to follow.</summary>
    public struct Entry
    {
        public Digest Digest;
        public InquiryId Id;
        public MessageType Type;

        /// <summary>How often it came again.</summary>
        public byte Retransmissions;

        /// <summary>The number of the next in the same bucket, or of the next that is free.</summary>
        internal int Next;

        /// <summary>A number that the owner of this table chose.</summary>
        internal int After;
    }

    /// <summary>The objects that belong to a request.</summary>
    public struct References
    {
        public SenderShare Share;

        /// <summary>Completes with its response; null once that is there.</summary>
        public Task<Response>? Awaited;

        /// <summary>Its response, once that is there.</summary>
        public Response Settled;
    }
}
