using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>The memory against replay: its bounds, what it forgets, and under threads.</summary>
[TestClass]
public sealed class ReplayMemoryTests
{
    private static readonly SigningKey Key = KeyImporter.Generate();

    private readonly VirtualTime _time = new();

    [TestMethod]
    public void Enter_UnderThreads_TakesEachRequestOnce_AndForgetsAll()
    {
        ReplayMemory memory = new(_time);
        MessageText[] requests = [.. Enumerable.Range(0, 100).Select(Request)];
        int taken = 0, again = 0, refused = 0;
        Task<Response> outcome = Task.FromResult(Response.Busy);
        Parallel.For(0, 8, thread =>
        {
            Random random = new(thread);
            foreach (MessageText request in requests.OrderBy(_ => random.Next()))
            {
                switch (memory.Enter(request, shareLimit: 10, limit: 70, outcome, out Task<Response>? earlier))
                {
                    case ReplayVerdict.New: Interlocked.Increment(ref taken); break;
                    case ReplayVerdict.Retransmission when earlier == outcome: Interlocked.Increment(ref again); break;
                    case ReplayVerdict.Full or ReplayVerdict.ShareFull: Interlocked.Increment(ref refused); break;
                    default: throw new InvalidOperationException("no such verdict is due");
                }
                if (memory.Count > 70) throw new InvalidOperationException("over the bound");
            }
        });
        Assert.AreEqual(70, taken); // ten senders with ten each, seventy in all
        Assert.AreEqual(7 * 70, again + refused - (8 * 30), "each that was taken came seven times more, before or after");
        Assert.AreEqual(70, memory.Count);
        _time.Advance(TimeSpan.FromSeconds(301));
        Assert.AreEqual(ReplayVerdict.New, memory.Look(requests[0], out _));
        Assert.AreEqual(0, memory.Count);
    }

    [TestMethod]
    public void Look_AfterManyMore_KnowsThoseThatAreLeft()
    {
        ReplayMemory memory = new(_time);
        PairwiseKey pairwise = new(new byte[32]);
        Task<Response> outcome = Task.FromResult(Response.NoAnswer);
        void Enter(MessageText request) => Assert.AreEqual(ReplayVerdict.New, memory.Enter(request, shareLimit: 50_000, limit: 50_000, outcome, out _));
        for (int i = 0; i < 20_000; i++) Enter(Authenticated(i));
        _time.Advance(TimeSpan.FromSeconds(100));
        MessageText[] left = [.. Enumerable.Range(0, 10).Select(Authenticated)];
        foreach (MessageText request in left) Enter(request);
        memory.Settle(left[0], Response.Busy);

        _time.Advance(TimeSpan.FromSeconds(201));
        Assert.AreEqual(left.Length, memory.Count);
        foreach (MessageText request in left)
        {
            Assert.AreEqual(ReplayVerdict.Retransmission, memory.Look(request, out Task<Response>? response));
            Assert.AreEqual(request == left[0] ? Response.Busy : Response.NoAnswer, response!.Result);
        }
        MessageText Authenticated(int number) => MessageText.TryAuthenticate(InquiryOf(number), pairwise, out MessageText? text) ? text : throw new InvalidOperationException("too long");
    }

    private static DomainName Name(string text) => DomainName.Parse(text);

    private MessageText Request(int number) => MessageText.TrySign(InquiryOf(number), Key, out MessageText? text) ? text : throw new InvalidOperationException("too long");

    private Inquiry InquiryOf(int number) => new(
        Name("h.xx"), default, Name("kms.xx"), Figure7.Endpoint(1), Name($"h{number % 10}.xx"), Name("kms.xx"), Figure7.NewId(), UnixTime.Floor(_time.GetUtcNow()), KmsPath.None);
}
