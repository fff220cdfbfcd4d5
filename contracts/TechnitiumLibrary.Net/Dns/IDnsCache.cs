namespace TechnitiumLibrary.Net.Dns;

/// <summary>The server's cache; opaque to the app.</summary>
public interface IDnsCache;
