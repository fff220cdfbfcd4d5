using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>As many pending inquiries as there may be, and an upper KMS that is silent.</summary>
[TestClass]
[DoNotParallelize] // it measures memory
public sealed class SilentUpperTests
{
    /// <summary>What a pending inquiry may hold, with the packet that asks and what this test notes of it.</summary>
    private const int MostBytesEach = 16_384;

    /// <summary>What may stay of one until the memory against replay forgets it.</summary>
    private const int MostBytesLeftEach = 1_024;

    [TestMethod]
    [DataRow(false, DisplayName = "no acknowledgement")]
    [DataRow(true, DisplayName = "an acknowledgement, and nothing more")]
    public async Task PendingInquiries_TenThousand_AreBounded_HonestOnesGoOn_AndAllIsFreed(bool acknowledges)
    {
        Rate plenty = new(1_000_000, 1_000_000);
        Limits limits = new() { InquiriesForHost = plenty, SignaturesForHost = plenty, ReplayEntriesForHost = 100_000 };
        int many = limits.PendingInquiries;
        using Figure7 network = new(AuthenticationMode.Mac, only: "kms1.b.a.xx", limits: limits);
        network.Network.Arrives = _ => acknowledges;
        PairwiseKeys keys = PairwiseKeys.TryAgree(Figure7.HostA, network.KeyA, network.Kms1.Name, network.Kms1.Key.PublicKey)!;
        MessageText[] inquiries = [.. Enumerable.Range(0, many + 1).Select(i => Inquire($"h{i}.c.a.xx", network.Kms00.Name))];
        await network.AskAsync(AtHome());
        long before = GC.GetTotalMemory(forceFullCollection: true);

        Task<Response>[] waiting = [.. inquiries.Take(many).Select(network.AskAsync)];
        Assert.AreEqual(many, network.Kms1.Server.Occupancy.Pending);
        Assert.IsLessThan((long)many * MostBytesEach, GC.GetTotalMemory(forceFullCollection: true) - before);

        Assert.AreEqual(ResponseKind.Busy, (await network.AskAsync(inquiries[many])).Kind);
        CollectionAssert.AreEqual((string[])["PendingInquiries"], network.Kms1.LimitsReached.ToArray());
        (await network.AskAsync(AtHome())).Attested();
        Assert.AreEqual(Reason.NotFound, (await network.AskAsync(Inquire("nobody.b.a.xx", network.Kms1.Name))).Unsolved().Reason);
        Task<Response> joins = network.AskAsync(Inquire("h0.c.a.xx", network.Kms00.Name));
        Assert.IsFalse(joins.IsCompleted, "who asks for what is under way takes no room");

        network.Time.Advance(acknowledges ? TimeSpan.FromSeconds(4) : ExchangeSchedule.BetweenServers.GivenUp);
        ResponseKind expected = acknowledges ? ResponseKind.NoAnswer : ResponseKind.Records;
        foreach (Task<Response> response in waiting.Append(joins)) Assert.AreEqual(expected, (await response.WaitAsync(TimeSpan.FromSeconds(60))).Kind);
        Assert.AreEqual((0, 0), (network.Kms1.Server.Occupancy.Pending, network.Time.ArmedTimers));

        Array.Clear(waiting);
        Array.Clear(inquiries);
        joins = Task.FromResult(Response.Busy);
        network.Network.Forget();
        network.Kms1.Forget();
        network.Network.Arrives = _ => false;
        Assert.IsLessThan((long)many * MostBytesLeftEach, GC.GetTotalMemory(forceFullCollection: true) - before);
        network.Time.Advance(TimeSpan.FromSeconds(301));
        (await network.AskAsync(AtHome())).Attested();
        Assert.AreEqual(1, network.Kms1.Server.Occupancy.Remembered);
        Task<Response> next = network.AskAsync(Inquire("next.c.a.xx", network.Kms00.Name));
        Assert.AreEqual(1, network.Kms1.Server.Occupancy.Pending, "there is room again");
        network.Time.Advance(ExchangeSchedule.BetweenServers.GivenUp);
        await next.WaitAsync(TimeSpan.FromSeconds(20));

        MessageText AtHome() => Inquire(Figure7.HostA.Value, network.Kms1.Name);

        MessageText Inquire(string name, DomainName kms)
        {
            Inquiry inquiry = new(DomainName.Parse(name), Use.Identity, kms, network.AddressOfA, Figure7.HostA, network.Kms1.Name, Figure7.NewId(), network.Now, KmsPath.None);
            return MessageText.TryAuthenticate(inquiry, keys.Sending, out MessageText? text) ? text : throw new InvalidOperationException("too long");
        }
    }
}
