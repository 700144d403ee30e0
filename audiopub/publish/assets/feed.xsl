<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom" exclude-result-prefixes="itunes atom">
<xsl:output method="html" encoding="UTF-8" doctype-system="about:legacy-compat"/>
<xsl:template match="/rss/channel">
<html lang="{language}">
<head>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title><xsl:value-of select="title"/></title>
<link rel="stylesheet" href="style.css"/>
<link rel="icon" type="image/svg+xml" href="icon.svg"/>
</head>
<body>
<main>
<p class="correction">Đây là feed podcast. Hãy chép địa chỉ <b><xsl:value-of select="atom:link[@rel='self']/@href"/></b> vào ứng dụng nghe podcast, hoặc nghe ngay tại đây.</p>
<div class="show"><img src="cover-small.jpg" alt="" width="128" height="128"/><div><h1><a href="index.html"><xsl:value-of select="title"/></a></h1><p><xsl:value-of select="description"/></p></div></div>
<ul class="episodes">
<xsl:for-each select="item">
<li><a href="{link}"><xsl:value-of select="title"/></a>
<span class="meta"><xsl:value-of select="substring(pubDate, 6, 11)"/></span>
<audio controls="controls" preload="none" src="{enclosure/@url}"></audio></li>
</xsl:for-each>
</ul>
<xsl:if test="atom:link[@rel='next']"><p class="links"><a rel="next" href="{atom:link[@rel='next']/@href}">Các tập cũ hơn</a></p></xsl:if>
</main>
</body>
</html>
</xsl:template>
</xsl:stylesheet>
