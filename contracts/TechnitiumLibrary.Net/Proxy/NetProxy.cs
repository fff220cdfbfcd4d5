namespace TechnitiumLibrary.Net.Proxy;

/// <summary>The proxy for the server's own connections; opaque to the app.</summary>
public abstract class NetProxy
{
    private protected NetProxy()
    {
    }
}
