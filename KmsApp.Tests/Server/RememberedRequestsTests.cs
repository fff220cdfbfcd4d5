using System.Buffers.Binary;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>The table behind the memory against replay, beside a dictionary that is asked the same.</summary>
[TestClass]
public sealed class RememberedRequestsTests
{
    private static readonly SenderShare[] Shares = [.. "abcd".Select(letter => new SenderShare(DomainName.Parse($"{letter}.xx")))];

    private static readonly MessageType[] Types = [MessageType.Inquiry, MessageType.SignatureRequest];

    private readonly Task<Response> _response = Task.FromResult(Response.Busy);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Table_AddedToAndRemovedFromAtRandom_HasWhatADictionaryHas(int seed)
    {
        Random random = new(seed);
        RememberedRequests table = new();
        Dictionary<(SenderShare, MessageType, InquiryId), int> expected = [];
        for (int i = 0; i < 20_000; i++)
        {
            SenderShare share = Shares[random.Next(Shares.Length)];
            (MessageType type, int value) = (Types[random.Next(2)], random.Next(1_500));
            (SenderShare, MessageType, InquiryId) key = (share, type, IdOf(value));
            int number = table.Find(share, type, IdOf(value));
            Assert.AreEqual(expected.GetValueOrDefault(key, RememberedRequests.None), number);
            if (number == RememberedRequests.None)
            {
                expected[key] = table.Add(share, type, IdOf(value), DigestOf(value), _response, after: i);
            }
            else
            {
                Assert.AreEqual(DigestOf(value), table.EntryOf(number).Digest);
                if (random.Next(4) != 0) continue;
                Assert.AreSame(share, table.Remove(number, out _));
                expected.Remove(key);
            }
            Assert.AreEqual(expected.Count, table.Count);
        }
        Assert.IsGreaterThan(2 * RememberedRequests.BlockSize, table.Count, "it became wider more than once");
        foreach (((SenderShare share, MessageType type, InquiryId id), int number) in expected) Assert.AreEqual(number, table.Find(share, type, id));
    }

    [TestMethod]
    public void Table_WhereAllAreRemovedAndAsManyAdded_TakesNoMoreRoom()
    {
        RememberedRequests table = new();
        int room = 0;
        for (int turn = 0; turn < 3; turn++)
        {
            int newest = RememberedRequests.None;
            for (int i = 0; i < 3_000; i++) newest = table.Add(Shares[0], Types[0], IdOf(i), default, _response, newest);
            if (turn == 0) room = table.Capacity;
            while (newest != RememberedRequests.None) table.Remove(newest, out newest);
        }
        Assert.AreEqual(0, table.Count);
        Assert.AreEqual(room, table.Capacity);
    }

    [TestMethod]
    public void TakeOver_OfOneChain_BringsAllOfItAndNothingElse()
    {
        RememberedRequests table = new(), tight = new();
        int one = RememberedRequests.None, other = RememberedRequests.None;
        for (int i = 0; i < 100; i++)
        {
            one = table.Add(Shares[i % 4], Types[0], IdOf(i), default, _response, one);
            other = table.Add(Shares[i % 4], Types[1], IdOf(i), default, _response, other);
        }

        int newest = tight.TakeOver(table, one);

        Assert.AreEqual(100, tight.Count);
        HashSet<InquiryId> ids = [];
        while (newest != RememberedRequests.None)
        {
            Assert.AreEqual(Types[0], tight.EntryOf(newest).Type);
            Assert.AreSame(_response, tight.ReferencesOf(newest).Awaited);
            ids.Add(tight.EntryOf(newest).Id);
            tight.Remove(newest, out newest);
        }
        Assert.HasCount(100, ids);
        Assert.AreEqual(0, tight.Count);
    }

    private static InquiryId IdOf(int value)
    {
        Span<byte> id = stackalloc byte[InquiryId.Size];
        BinaryPrimitives.WriteInt32LittleEndian(id, value);
        return new InquiryId(id);
    }

    private static Digest DigestOf(int value) => Digest.Of(BitConverter.GetBytes(value));
}
