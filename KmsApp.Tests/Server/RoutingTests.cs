using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>docs/PROTOCOL.md section 6, against an oracle that knows the whole tree of domains.</summary>
[TestClass]
public sealed class RoutingTests
{
    private static readonly SigningKey Key = KeyImporter.Generate();
    private static readonly VerificationKey Verification = Node.Import(Key.PublicKey);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void OfInquiry_InRandomHierarchies_AgreesWithTheTree()
    {
        int seed = Environment.TickCount;
        TestContext.WriteLine($"seed {seed}");
        Random random = new(seed);
        Dictionary<RouteKind, int> seen = [];
        for (int round = 0; round < 300; round++)
        {
            Tree tree = Tree.Random(random, random.Next(1, 12));
            for (int i = 0; i < 40; i++)
            {
                Tree.Kms self = tree.Servers[random.Next(tree.Servers.Count)];
                DomainName name = tree.RandomName(random);
                KeyServerConfiguration configuration = ConfigurationOf(self);
                Neighbour? from = random.Next(3) == 0 || configuration.Neighbours.IsEmpty ? null : configuration.Neighbours[random.Next(configuration.Neighbours.Length)];
                DomainName anchor = tree.Servers[random.Next(tree.Servers.Count)].Name;

                Route route = Routing.OfInquiry(configuration, new KeyQuestion(name, default, anchor), from);

                (RouteKind Kind, DomainName Next) expected = Expect(self, name, anchor, from?.Name);
                Assert.AreEqual(expected.Kind, route.Kind, $"seed {seed}: {name} at {self.Name} from {from?.Name} by {anchor}");
                Assert.AreEqual(expected.Next, route.Next?.Name ?? default, $"seed {seed}: {name} at {self.Name} from {from?.Name} by {anchor}");
                seen[route.Kind] = seen.GetValueOrDefault(route.Kind) + 1;
            }
        }
        Assert.HasCount(3, seen, "every kind of route was met");
    }

    [TestMethod]
    public void OfInquiry_WalkedThroughRandomTrees_ReachesWhoServesTheName_AndTheSignatureRequestTheAnchor()
    {
        int seed = Environment.TickCount;
        TestContext.WriteLine($"seed {seed}");
        Random random = new(seed);
        int walked = 0;
        for (int round = 0; round < 2_000; round++)
        {
            Tree tree = Tree.Random(random, random.Next(1, 14));
            DomainName name = tree.RandomName(random);
            if (tree.Serving(name) is not { } serving) continue;
            List<Tree.Kms> anchors = [.. serving.SelfAndAncestors()];
            Tree.Kms anchor = anchors[random.Next(anchors.Count)];
            Tree.Kms at = tree.Servers[random.Next(tree.Servers.Count)];
            Tree.Kms? from = null;
            List<Tree.Kms> path = [];
            for (; ; walked++)
            {
                Assert.DoesNotContain(at, path, $"seed {seed}: a circle");
                path.Add(at);
                KeyServerConfiguration configuration = ConfigurationOf(at);
                Route route = Routing.OfInquiry(configuration, new KeyQuestion(name, default, anchor.Name), from is null ? null : configuration.FindNeighbour(from.Name));
                if (route.Kind == RouteKind.Here) break;
                Assert.AreEqual(RouteKind.Neighbour, route.Kind, $"seed {seed}: {name} by {anchor.Name} at {at.Name}");
                (from, at) = (at, tree.Named(route.Next!.Name));
            }
            Assert.AreEqual(serving, at, $"seed {seed}");
            while (true)
            {
                KeyServerConfiguration configuration = ConfigurationOf(at);
                Route route = Routing.OfSignatureRequest(configuration, anchor.Name);
                if (route.Kind == RouteKind.Here) break;
                Assert.AreEqual(RouteKind.Neighbour, route.Kind, $"seed {seed}");
                Tree.Kms upper = tree.Named(route.Next!.Name);
                Neighbour asUpperSeesIt = ConfigurationOf(upper).FindNeighbour(at.Name)!;
                Assert.IsTrue(Routing.IsInBailiwick(asUpperSeesIt, name), $"seed {seed}: {name} from {at.Name}");
                at = upper;
            }
            Assert.AreEqual(anchor, at, $"seed {seed}");
        }
        Assert.IsGreaterThan(1_000, walked);
    }

    [TestMethod]
    public void OfSignatureRequest_ToAnUnknownAnchorAtTheTop_HasNoRoute()
    {
        KeyServerConfiguration top = new(DomainName.Parse("kms.xx"), DomainName.Parse("xx"), Key, Verification, null, [], [], []);

        Assert.AreEqual(RouteKind.None, Routing.OfSignatureRequest(top, DomainName.Parse("kms.yy")).Kind);
        Assert.AreEqual(RouteKind.Here, Routing.OfSignatureRequest(top, top.Name).Kind);
    }

    [TestMethod]
    [DataRow("host.a.xx", "a.xx", true)]
    [DataRow("a.xx", "a.xx", true)]
    [DataRow("x.b.a.xx", "a.xx", true)]
    [DataRow("ba.xx", "a.xx", false)]
    [DataRow("host.b.xx", "a.xx", false)]
    [DataRow("xx", "a.xx", false)]
    public void IsInBailiwick_OfALowerKms_IsItsDomainAlone(string name, string domain, bool expected)
    {
        Neighbour lower = new(DomainName.Parse("kms.a.xx"), DomainName.Parse(domain), [], [], default);
        Neighbour upper = new(DomainName.Parse("kms.xx"), null, [], [], default);

        Assert.AreEqual(expected, Routing.IsInBailiwick(lower, DomainName.Parse(name)));
        Assert.IsFalse(Routing.IsInBailiwick(upper, DomainName.Parse(name)));
    }

    private static (RouteKind Kind, DomainName Next) Expect(Tree.Kms self, DomainName name, DomainName anchor, DomainName? from)
    {
        // Only the domains of itself and its lower ones are known to a KMS.
        Tree.Kms? known = self.Name == anchor ? self : self.Lower.FirstOrDefault(l => l.Name == anchor);
        if (known is not null && !Holds(known.Domain, name)) return (RouteKind.None, default);
        Tree.Kms? down = self.Lower.Where(l => Holds(l.Domain, name)).MaxBy(l => l.Domain.Value.Length);
        if (down is null && Holds(self.Domain, name)) return (RouteKind.Here, default);
        Tree.Kms? next = down ?? self.Upper;
        return next is null || next.Name == from ? (RouteKind.None, default) : (RouteKind.Neighbour, next.Name);
    }

    private static bool Holds(DomainName domain, DomainName name) => ("." + name).EndsWith("." + domain, StringComparison.Ordinal);

    private static KeyServerConfiguration ConfigurationOf(Tree.Kms kms) => new(
        kms.Name, kms.Domain, Key, Verification,
        kms.Upper is { } upper ? new Neighbour(upper.Name, null, [new IPEndPoint(IPAddress.Loopback, 53)], [Verification], default) : null,
        [.. kms.Lower.Select(l => new Neighbour(l.Name, l.Domain, [new IPEndPoint(IPAddress.Loopback, 53)], [Verification], default))], [], []);

    private sealed class Tree
    {
        public List<Kms> Servers { get; } = [];

        public static Tree Random(Random random, int size)
        {
            Tree tree = new();
            tree.Servers.Add(new Kms(DomainName.Parse("kms.xx"), DomainName.Parse("xx"), null));
            while (tree.Servers.Count < size)
            {
                Kms upper = tree.Servers[random.Next(tree.Servers.Count)];

                // Sometimes a level of domains has no KMS of its own, and labels end alike.
                string label = $"{(char)('a' + random.Next(3))}{(random.Next(3) == 0 ? "." + (char)('a' + random.Next(3)) : "")}";
                DomainName domain = DomainName.Parse($"{label}.{upper.Domain}");
                if (tree.Servers.Any(s => s.Domain == domain) || tree.Serving(domain) != upper) continue;
                if (upper.Lower.Any(l => Holds(domain, l.Domain))) continue; // an intermediate domain that was passed over
                Kms kms = new(DomainName.Parse($"kms.{domain}"), domain, upper);
                upper.Lower.Add(kms);
                tree.Servers.Add(kms);
            }
            return tree;
        }

        /// <summary>Who serves a name: the deepest domain that holds it.</summary>
        public Kms? Serving(DomainName name) => Servers.Where(s => Holds(s.Domain, name)).MaxBy(s => s.Domain.Value.Length);

        public Kms Named(DomainName name) => Servers.Single(s => s.Name == name);

        public DomainName RandomName(Random random)
        {
            string domain = random.Next(12) == 0 ? "yy" : Servers[random.Next(Servers.Count)].Domain.Value;
            string[] prefixes = ["", "h.", "a.", "b.", "h.c.", "b.a.", "x"];
            return DomainName.Parse(prefixes[random.Next(prefixes.Length)] + domain);
        }

        public sealed record Kms(DomainName Name, DomainName Domain, Kms? Upper)
        {
            public List<Kms> Lower { get; } = [];

            public IEnumerable<Kms> SelfAndAncestors()
            {
                for (Kms? kms = this; kms is not null; kms = kms.Upper) yield return kms;
            }

            public bool Equals(Kms? other) => ReferenceEquals(this, other);

            public override int GetHashCode() => Name.GetHashCode();
        }
    }
}
