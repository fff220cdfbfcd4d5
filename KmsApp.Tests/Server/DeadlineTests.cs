using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

[TestClass]
public sealed class DeadlineTests
{
    [TestMethod]
    public async Task Inquiry_WithoutADelivery_EndsAtTheDeadlineAndIsForgotten()
    {
        using Figure7 network = new();
        network.Network.Arrives = sent => sent.Request is not Delivery;
        TimeSpan timeout = network.Kms1.Server.Configuration.AnswerTimeout;

        Task<Response> asking = network.AskAsync(network.Inquire(Figure7.HostB));
        network.Time.Advance(timeout - TimeSpan.FromMilliseconds(1));
        Assert.IsFalse(asking.IsCompleted);
        network.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.AreEqual(ResponseKind.NoAnswer, (await asking).Kind);
        Assert.AreEqual(0, network.Kms1.Server.Occupancy.Pending);
        network.Network.Arrives = _ => true;
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.Inquire(Figure7.HostB))).Kind);
    }
}
